"""How the rows behind a figure of an overview read: what, where, when, and where they lead."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any  # Any: rows of any table

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from loa.dispatch.models import Airing, Tally
from loa.kernel.scope import Scope
from loa.orgs.models import Unit
from loa.schedules import refusals as schedule_refusals
from loa.schedules import rules as schedule_rules
from loa.schedules import troubles


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One row, and where it leads. `look` names what its state looks like: a kind and a state."""

    title: str
    place: str
    url: str
    at: datetime | None = None
    note: str = ""
    look: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Of what a page of rows is asked for."""

    scope: Scope
    unit: Unit
    start_on: date
    end_on: date
    now: datetime

    @property
    def today(self) -> datetime:
        """Return the local midnight at which today began."""
        return schedule_rules.midnight(timezone.localdate(self.now))


def played(row: Tally, asked: Asked) -> Row:  # noqa: ARG001 - as every row is told
    """Return the tally of an airing at a unit as a row."""
    return Row(
        title=row.airing.title,
        place=row.unit.name,
        url=reverse("dispatch:airing", args=[row.airing_id]),
        at=row.airing.start_at,
        note=_("%(heard)s of %(expected)s heard") % {"heard": row.heard, "expected": row.meant},
    )


def device(row: Any, asked: Asked) -> Row:  # noqa: ARG001 - as above
    """Return a device with its word as a row."""
    return Row(
        title=row.name,
        place=row.unit.name,
        url=reverse("devices:detail", args=[row.pk]),
        at=row.seen_at,
        look=("standing", row.word),
    )


def fault(row: Any, asked: Asked) -> Row:
    """Return a fault with its day as a row."""
    return Row(
        title=row.device.name,
        place=row.device.unit.name,
        url=reverse("devices:ticket", args=[row.pk]),
        at=row.due_at,
        note=_("overdue") if row.due_at < asked.now else _("due"),
        look=("cause", row.cause),
    )


def airing(row: Airing, asked: Asked) -> Row:  # noqa: ARG001 - as above
    """Return an airing as a row."""
    return Row(
        title=row.title, place=row.unit.name, url=reverse("dispatch:airing", args=[row.pk]), at=row.start_at,
    )  # fmt: skip


def held_row(row: Any, asked: Asked) -> Row:  # noqa: ARG001 - as above
    """Return a day or a wish that was held back, with why as a row."""
    why = str(schedule_refusals.HELD.get(row.reason) or troubles.why(row.reason))
    if hasattr(row, "entry"):
        url = reverse("programme:entry", args=[row.entry_id])
        return Row(title=row.version.title, place=row.entry.unit.name, url=url, at=row.start_at, note=why)
    url = reverse("bulletins:detail", args=[row.bulletin_id])
    return Row(title=row.bulletin.title, place=row.unit.name, url=url, at=row.start_at, note=why)


def override(row: Any, asked: Asked) -> Row:  # noqa: ARG001 - as above
    """Return what was let sound against hour rules as a row."""
    return Row(
        title=row.reason or _("Agreed to by two people"),
        place=row.unit.name,
        url=reverse("hours:overrides"),
        at=row.start_at,
        note=row.by.full_name,
    )


def unanswered(row: Any, asked: Asked) -> Row:
    """Return an item of an inbox as a row."""
    sees_sender = asked.scope.can("bulletins.view", row.sending.unit.path)
    return Row(
        title=row.sending.bulletin.title,
        place=row.unit.name,
        url=reverse("sent:detail", args=[row.sending_id]) if sees_sender else reverse("inbox:item", args=[row.pk]),
        at=row.sending.sent_at,
        look=("receipt", row.state),
    )
