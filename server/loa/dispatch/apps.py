"""The room as Django knows it."""

from django.apps import AppConfig


class DispatchConfig(AppConfig):
    """Room dispatch."""

    name = "loa.dispatch"
    label = "dispatch"

    def ready(self) -> None:
        """Declare what this room lets people do, listen to the rooms below, and keep its things when units change."""
        from loa.audit import ports as audit  # noqa: PLC0415 - apps must be loaded first
        from loa.devices import ports as devices  # noqa: PLC0415 - as above
        from loa.dispatch import counting, listeners, recounting  # noqa: F401, PLC0415 - as above
        from loa.dispatch.keeping import AiringKeeper  # noqa: PLC0415 - as above
        from loa.dispatch.keeping_ceilings import CeilingKeeper  # noqa: PLC0415 - as above
        from loa.dispatch.keeping_walls import WallKeeper  # noqa: PLC0415 - as above
        from loa.dispatch.permissions import FOR_PROGRAMS, PERMISSIONS  # noqa: PLC0415 - as above
        from loa.kernel import permissions  # noqa: PLC0415 - as above
        from loa.orgs import ports as orgs  # noqa: PLC0415 - as above

        orgs.keep_with(AiringKeeper())
        orgs.keep_with(CeilingKeeper())
        orgs.keep_with(WallKeeper())
        audit.verify_with("figures", recounting.differing)
        devices.with_evidence("dispatch", counting.MARK)
        permissions.declare(PERMISSIONS, for_programs=FOR_PROGRAMS)
