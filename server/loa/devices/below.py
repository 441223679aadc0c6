"""How the devices below a unit stand, counted by the unit right below it: the rule of `conditions`, asked in SQL."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db.models import Case, Count, Q, Value, When

from loa.devices import queries, repairs, rules
from loa.devices.conditions import Standing
from loa.devices.models import Device, Ticket
from loa.devices.thresholds import Ruler
from loa.kernel.scope import Scope
from loa.kernel.scoped import ScopedQuerySet
from loa.orgs import queries as orgs
from loa.orgs.models import Unit

AWAY = (Standing.OFFLINE, Standing.POWER_LOST)
"""Out of contact for longer than the unit's thresholds allow."""

ENROLLED = frozenset(Standing) - {Standing.REGISTERED, Standing.REVOKED}
WORDS = tuple(word.value for word in Standing)

IN_PLAY = "in_play"
"""Beside the words: in contact and says that it is playing, whatever else is to be said of it."""


def standing(scope: Scope, unit: Unit, *, now: datetime) -> ScopedQuerySet[Device]:
    """Return the devices at and below a unit that the scope sees, each with its `word`, as `conditions` gives it."""
    found: ScopedQuerySet[Device] = queries.visible(scope).filter(orgs.inside(unit, "unit__path"))
    return found.annotate(word=_word(Ruler(), now=now))  # type: ignore[return-value]  # the same rows, with their word


def that_are(scope: Scope, unit: Unit, words: Sequence[str], *, now: datetime) -> ScopedQuerySet[Device]:
    """Return those of these devices that stand as one of the words says."""
    return standing(scope, unit, now=now).filter(Q(("word__in", words)))


def counts(scope: Scope, unit: Unit, *, now: datetime) -> Mapping[str, Counter[str]]:
    """Return how many devices stand how, and are `IN_PLAY`, by the code of the unit right below.

    "" is the unit itself.
    """
    counted: dict[str, Counter[str]] = defaultdict(Counter)
    rows = standing(scope, unit, now=now).order_by().values_list(orgs.child_code(unit, "unit__path"), "word")
    for code, word, count, in_play in rows.annotate(Count("pk"), in_play=Count("pk", filter=_IN_PLAY)):
        counted[code] += Counter({word: count, IN_PLAY: in_play})
    return counted


def faults(scope: Scope, unit: Unit) -> ScopedQuerySet[Ticket]:
    """Return the open faults of devices at and below a unit, the soonest due first."""
    return repairs.visible(scope).filter(orgs.inside(unit, "device__unit__path"), closed_at=None)


def faults_overdue(scope: Scope, unit: Unit, *, now: datetime) -> ScopedQuerySet[Ticket]:
    """Return those of them that should be mended by now."""
    return faults(scope, unit).filter(due_at__lt=now)


def playing(scope: Scope, unit: Unit) -> int:
    """Return how many devices at and below a unit say that they are playing and are in contact."""
    return queries.visible(scope).filter(orgs.inside(unit, "unit__path")).filter(_IN_PLAY).count()


_IN_PLAY = Q(state=rules.State.ENROLLED, connected=True) & ~Q(playing="")


def _word(ruler: Ruler, *, now: datetime) -> Case:
    """Return the rule of `conditions.standing` as SQL."""
    is_away = Q(seen_at=None) | _is_older("offline_after", ruler, now)
    return Case(
        When(state=rules.State.REVOKED, then=Value(Standing.REVOKED.value)),
        When(~Q(state=rules.State.ENROLLED), then=Value(Standing.REGISTERED.value)),
        When(is_away, power="battery", then=Value(Standing.POWER_LOST.value)),
        When(is_away, then=Value(Standing.OFFLINE.value)),
        When(Q(connected=False) | _is_older("late_after", ruler, now), then=Value(Standing.LATE.value)),
        When(is_muted=True, then=Value(Standing.MUTED.value)),
        When(~Q(playing=""), then=Value(Standing.PLAYING.value)),
        default=Value(Standing.ONLINE.value),
    )


def _is_older(limit: str, ruler: Ruler, now: datetime) -> Q:
    """Return the condition that a device was last seen longer ago than its unit's limit: the nearest one laid down."""
    marks = [
        When(unit__path__within=path, then=Value(now - getattr(found, limit)))
        for path, found in sorted(ruler.laid_down.items(), key=lambda one: -len(one[0]))
    ]
    usual = now - getattr(ruler.usual, limit)
    return Q(seen_at__lt=Case(*marks, default=Value(usual))) if marks else Q(seen_at__lt=usual)
