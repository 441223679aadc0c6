"""What a device measured at its output: the proof that it sounds."""

from datetime import timedelta

from loa.devices import faults
from loa.devices.models import PlayEvent, Ticket
from loa_protocol.messages import Outcome


def since(ticket: Ticket) -> float | None:
    """Return the level the device measured when it last played since the fault was reported; None without any sound.

    What began before and was told later proves nothing. A device plays by its own clock or by ours: by both it counts.
    """
    played = PlayEvent.objects.filter(
        device_id=ticket.device_id,
        outcome__in=(Outcome.PLAYED, Outcome.PARTIAL),
        received_at__gt=ticket.opened_at,
        started_at__gt=ticket.opened_at,
        level_dbfs__gt=faults.SILENT_DBFS,
    )
    told = played.order_by("-id").values_list("level_dbfs", "started_at", "clock_offset_ms")
    for level, started_at, offset_ms in told.iterator():
        if started_at is not None and started_at - timedelta(milliseconds=offset_ms or 0) > ticket.opened_at:
            return level
    return None
