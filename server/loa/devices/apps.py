"""The room as Django knows it."""

from django.apps import AppConfig


class DevicesConfig(AppConfig):
    """Room devices."""

    name = "loa.devices"
    label = "devices"
