"""The room as Django knows it."""

from django.apps import AppConfig


class DispatchConfig(AppConfig):
    """Room dispatch."""

    name = "loa.dispatch"
    label = "dispatch"
