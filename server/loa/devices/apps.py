"""The room as Django knows it."""

from django.apps import AppConfig

from loa.devices.permissions import FOR_PROGRAMS, PERMISSIONS
from loa.kernel import permissions


class DevicesConfig(AppConfig):
    """Room devices."""

    name = "loa.devices"
    label = "devices"

    def ready(self) -> None:
        """Declare what the room lets people do."""
        permissions.declare(PERMISSIONS, for_programs=FOR_PROGRAMS)
