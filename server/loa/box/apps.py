"""The room as Django knows it."""

from django.apps import AppConfig


class BoxConfig(AppConfig):
    """Room box."""

    name = "loa.box"
    label = "box"
