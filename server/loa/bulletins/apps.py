"""The room as Django knows it."""

from django.apps import AppConfig


class BulletinsConfig(AppConfig):
    """Room bulletins."""

    name = "loa.bulletins"
    label = "bulletins"
