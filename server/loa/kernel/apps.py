"""The kernel as Django knows it."""

from django.apps import AppConfig


class KernelConfig(AppConfig):
    """The kernel."""

    name = "loa.kernel"
    label = "kernel"
