"""What becomes of fault tickets when people leave; when units change, tickets go with their devices."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from loa.devices.models import Ticket
from loa.orgs import ports


class TicketKeeper:
    """Keeps who mends what. The tickets themselves stand wherever their devices stand."""

    name = "tickets"
    words: str | Promise = _("faults in somebody’s hands")

    def holdings(self, unit_ids: Collection[int]) -> Mapping[int, int]:  # noqa: ARG002 - as the port says
        """Tickets are counted with their devices."""
        return {}

    def clashes(self, moves: Sequence[ports.Move], *, on: date) -> Sequence[ports.Clash]:  # noqa: ARG002 - as above
        """Tickets never stand in each other's way."""
        return []

    def hand_over(self, moves: Sequence[ports.Move], *, now: datetime) -> Sequence[ports.Moved]:  # noqa: ARG002
        """Tickets go with their devices."""
        return []

    def take_back(self, moved: Sequence[ports.Moved], *, now: datetime) -> int:  # noqa: ARG002 - as above
        """Tickets come back with their devices."""
        return 0

    def relocated(self, unit_ids: Collection[int], *, now: datetime) -> None:
        """A ticket is found by its device."""

    def hand_on(self, from_user: int, to_user: int | None, *, now: datetime) -> int:
        """Give a leaver's open faults to another person, or to nobody in particular."""
        held = Ticket.objects.unscoped("what a leaver was to mend").filter(assignee_id=from_user, closed_at=None)
        changed: int = held.update(assignee_id=to_user, assigned_at=now)
        return changed

    def without_owner(self, unit_ids: Collection[int]) -> int:  # noqa: ARG002 - as above
        """Tickets are looked after with their devices."""
        return 0
