"""What happens here when something has happened to devices."""

from loa.devices import events as devices
from loa.dispatch import plans, targets
from loa.kernel.events import subscribe


@subscribe(devices.Enrolled)
def plan_newcomer(event: devices.Enrolled) -> None:
    """Let a device that has just received its identity receive its plan."""
    plans.mark([event.device_id])


@subscribe(devices.FleetEnrolled)
def plan_newcomers(event: devices.FleetEnrolled) -> None:
    """Let devices that have just received their identities receive their plans."""
    plans.mark(list(targets.sounding(event.unit_path).values_list("pk", flat=True)))
