"""The room as Django knows it."""

from django.apps import AppConfig


class SchedulesConfig(AppConfig):
    """Room schedules."""

    name = "loa.schedules"
    label = "schedules"

    def ready(self) -> None:
        """Declare what this room lets people do, and listen to the rooms below."""
        from loa.kernel import permissions  # noqa: PLC0415 - apps must be loaded first
        from loa.schedules import listeners  # noqa: F401, PLC0415 - as above
        from loa.schedules.permissions import PERMISSIONS  # noqa: PLC0415 - as above

        permissions.declare(PERMISSIONS)
