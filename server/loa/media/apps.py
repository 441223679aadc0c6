"""The room as Django knows it."""

from django.apps import AppConfig


class MediaConfig(AppConfig):
    """Room media."""

    name = "loa.media"
    label = "media"
