"""Gives the same rights at another unit when units change: whole, in the parts of time that are still missing, or not.

All that the people concerned hold is read once, so that a commune's staff costs a handful of queries.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from loa.orgs import granting, queries
from loa.orgs.models import Grant, Unit

_EVER = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """What came of one right: pieces made, pieces that stood there already, and whether some of its time is lost."""

    made: Sequence[Grant] = ()
    stood: Sequence[Grant] = ()
    is_lacking: bool = False

    @property
    def pieces(self) -> list[Grant]:
        """Return all by which the person now has the right there."""
        return [*self.made, *self.stood]


@dataclass(slots=True)
class Hands:
    """Gives rights to these people from a moment on, and remembers what they hold."""

    now: datetime
    held: dict[int, list[Grant]] = field(default_factory=dict)

    @classmethod
    def of(cls, user_ids: Collection[int], *, now: datetime) -> "Hands":
        """Read what these people hold now or later: one query."""
        hands = cls(now=now, held={pk: [] for pk in user_ids})
        found = queries.unended(at=now).filter(user_id__in=list(user_ids)).select_related("unit", "role")
        for one in found.order_by("pk"):
            hands.held[one.user_id].append(one)
        return hands

    def give(
        self,
        one: Grant,
        target: Unit,
        *,
        during: DateTimeTZRange,
        post_id: int | None = None,
        lender: Grant | None = None,
        reason: str = "",
    ) -> Given:
        """Give a right of one person at another unit for a time, as far as it is not there and duties do not meet."""
        given = self.would_give(one, target, during=during, post_id=post_id, lender=lender, reason=reason)
        Grant.objects.bulk_create(given.made)
        return given

    def would_give(
        self,
        one: Grant,
        target: Unit,
        *,
        during: DateTimeTZRange,
        post_id: int | None = None,
        lender: Grant | None = None,
        reason: str = "",
    ) -> Given:
        """Return what `give` would make; the person is taken to hold it from then on."""
        same = [held for held in self.held[one.user_id] if _is_same(held, one, target, post_id=post_id, lender=lender)]
        stood = [held for held in same if _meet(held.during, during)]
        made, is_lacking = [], False
        for part in missing(during, [held.during for held in stood]):
            new = Grant(
                user=one.user,
                role=one.role,
                unit=target,
                device_id=one.device_id,
                channel=one.channel,
                is_here_only=one.is_here_only,
                post_id=post_id,
                seat=one.seat if post_id is not None else None,
                delegated_from=lender,
                during=part,
                reason=reason,
                granted_by="clock",
                granted_at=self.now,
            )
            if any(granting.clash(new, other) for other in self.held[one.user_id] if _meet(other.during, part)):
                is_lacking = True
                continue
            made.append(new)
        self.held[one.user_id] += made
        return Given(made=made, stood=stood, is_lacking=is_lacking)


def from_now(during: DateTimeTZRange, *, now: datetime) -> DateTimeTZRange:
    """Return what is still to come of a time."""
    return DateTimeTZRange(now if during.lower is None else max(now, during.lower), during.upper)


def within(during: DateTimeTZRange, outer: DateTimeTZRange) -> DateTimeTZRange | None:
    """Return what two times share; None for nothing."""
    lower, upper = max(during.lower, outer.lower), min(_upper(during), _upper(outer))
    return DateTimeTZRange(lower, None if upper == _EVER else upper) if lower < upper else None


def missing(wanted: DateTimeTZRange, held: Iterable[DateTimeTZRange]) -> list[DateTimeTZRange]:
    """Return the parts of a time that no other one covers, in order."""
    parts, begins = [], wanted.lower
    for one in sorted(held, key=lambda one: one.lower):
        if one.lower > begins:
            parts.append(DateTimeTZRange(begins, min(one.lower, _upper(wanted))))
        begins = max(begins, _upper(one))
        if begins >= _upper(wanted):
            return parts
    return [*parts, DateTimeTZRange(begins, wanted.upper)]


def _is_same(held: Grant, one: Grant, target: Unit, *, post_id: int | None, lender: Grant | None) -> bool:
    return (
        held.role_id == one.role_id
        and held.unit_id == target.pk
        and held.device_id == one.device_id
        and held.channel == one.channel
        and held.is_here_only == one.is_here_only
        and held.post_id == post_id
        and held.delegated_from_id == (None if lender is None else lender.pk)
    )


def _meet(one: DateTimeTZRange, other: DateTimeTZRange) -> bool:
    return bool(one.lower < _upper(other) and other.lower < _upper(one))


def _upper(during: DateTimeTZRange) -> datetime:
    return _EVER if during.upper is None else during.upper
