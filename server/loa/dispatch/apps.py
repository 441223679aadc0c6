"""The room as Django knows it."""

from django.apps import AppConfig


class DispatchConfig(AppConfig):
    """Room dispatch."""

    name = "loa.dispatch"
    label = "dispatch"

    def ready(self) -> None:
        """Declare what this room lets people do, and listen to the rooms below."""
        from loa.dispatch import listeners  # noqa: F401, PLC0415 - apps must be loaded first
        from loa.dispatch.permissions import FOR_PROGRAMS, PERMISSIONS  # noqa: PLC0415 - as above
        from loa.kernel import permissions  # noqa: PLC0415 - as above

        permissions.declare(PERMISSIONS, for_programs=FOR_PROGRAMS)
