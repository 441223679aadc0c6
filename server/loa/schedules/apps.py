"""The room as Django knows it."""

from django.apps import AppConfig


class SchedulesConfig(AppConfig):
    """Room schedules."""

    name = "loa.schedules"
    label = "schedules"

    def ready(self) -> None:
        """Declare what this room lets people do, listen to the rooms below, and keep its things when units change."""
        from loa.bulletins import ports as bulletins  # noqa: PLC0415 - apps must be loaded first
        from loa.kernel import permissions  # noqa: PLC0415 - as above
        from loa.orgs import ports as orgs  # noqa: PLC0415 - as above
        from loa.schedules import keeping, listeners, queries  # noqa: F401, PLC0415 - as above
        from loa.schedules.keeping_clashes import ClashKeeper  # noqa: PLC0415 - as above
        from loa.schedules.keeping_entries import EntryKeeper  # noqa: PLC0415 - as above
        from loa.schedules.keeping_hours import HoursKeeper  # noqa: PLC0415 - as above
        from loa.schedules.keeping_sources import SourceKeeper  # noqa: PLC0415 - as above
        from loa.schedules.permissions import PERMISSIONS  # noqa: PLC0415 - as above

        orgs.keep_with(keeping.SlotKeeper())
        orgs.keep_with(ClashKeeper())
        orgs.keep_with(EntryKeeper())
        orgs.keep_with(HoursKeeper())
        orgs.keep_with(SourceKeeper())
        bulletins.find_aired_with(keeping.aired)
        bulletins.find_airings_with(keeping.airings)
        bulletins.count_airings_with(keeping.airings_of)
        bulletins.find_reach_with(queries.is_far)
        bulletins.find_asked_with(queries.last_asked)
        permissions.declare(PERMISSIONS)
