"""The room as Django knows it."""

from django.apps import AppConfig

from loa.devices.permissions import FOR_PROGRAMS, PERMISSIONS
from loa.kernel import permissions
from loa.orgs import ports as orgs


class DevicesConfig(AppConfig):
    """Room devices."""

    name = "loa.devices"
    label = "devices"

    def ready(self) -> None:
        """Declare what the room lets people do, tell for which things rights may be given, and keep its things."""
        from loa.audit import ports as audit  # noqa: PLC0415 - models exist only now
        from loa.devices import ordered, sealing  # noqa: PLC0415 - models exist only now
        from loa.devices.group_keeping import GroupKeeper  # noqa: PLC0415 - models exist only now
        from loa.devices.keeping import DeviceKeeper  # noqa: PLC0415 - models exist only now
        from loa.devices.release_keeping import ReleaseKeeper  # noqa: PLC0415 - models exist only now
        from loa.devices.silence_keeping import SilenceKeeper  # noqa: PLC0415 - models exist only now
        from loa.devices.station_keeping import StationKeeper  # noqa: PLC0415 - models exist only now
        from loa.devices.things import DeviceThings  # noqa: PLC0415 - models exist only now
        from loa.devices.ticket_keeping import TicketKeeper  # noqa: PLC0415 - models exist only now

        permissions.declare(PERMISSIONS, for_programs=FOR_PROGRAMS)
        orgs.things_with(DeviceThings())
        orgs.keep_with(DeviceKeeper())
        orgs.keep_with(SilenceKeeper())
        orgs.keep_with(TicketKeeper())
        orgs.keep_with(StationKeeper())
        orgs.keep_with(GroupKeeper())
        orgs.keep_with(ReleaseKeeper())
        audit.verify_with("orders", ordered.foreign)
        audit.seal_with(sealing.TABLE, sealing.days)
