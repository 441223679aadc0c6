"""What a device measured at its output: the proof that it sounds."""

from loa.devices import faults
from loa.devices.models import PlayEvent, Ticket
from loa_protocol.messages import Outcome


def since(ticket: Ticket) -> float | None:
    """Return the level the device measured when it last played since the fault was reported; None without any sound."""
    played = PlayEvent.objects.filter(
        device_id=ticket.device_id,
        outcome__in=(Outcome.PLAYED, Outcome.PARTIAL),
        received_at__gt=ticket.opened_at,
        level_dbfs__gt=faults.SILENT_DBFS,
    )
    level: float | None = played.order_by("-id").values_list("level_dbfs", flat=True).first()
    return level
