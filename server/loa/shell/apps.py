"""The room as Django knows it."""

from django.apps import AppConfig


class ShellConfig(AppConfig):
    """Room shell."""

    name = "loa.shell"
    label = "shell"
