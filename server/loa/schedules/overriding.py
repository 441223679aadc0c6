"""Setting hour rules aside: who may, why, and the record of it."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from django.utils.translation import ngettext

from loa.bulletins.rules import line
from loa.kernel.command import note
from loa.kernel.scope import Scope
from loa.orgs.models import Unit
from loa.schedules import rules
from loa.schedules.models import HourRule, HoursOverride
from loa.schedules.refusals import ReasonTooLong
from loa.schedules.rules.hours import Broken, Timed

OVERRIDE = "schedules.override"


def reason(words: str) -> str:
    """Return why hour rules may be broken, on one line; `ReasonTooLong`."""
    kept = line(words)
    if len(kept) > rules.OVERRIDE_LONGEST:
        raise ReasonTooLong(longest=rules.OVERRIDE_LONGEST)
    return kept


def may_override(scope: Scope, unit: Unit) -> bool:
    """Tell whether the scope may set hour rules aside at a unit."""
    return scope.can(OVERRIDE, f"{unit.path}#{HourRule.scope_channel}")


def excuse(source: str) -> str:
    """Return why something on the air may break hour rules, for whoever looks at the airing; empty without need."""
    kept = HoursOverride.objects.unscoped("beside an airing that is made of it").filter(source=source)
    last: HoursOverride | None = kept.order_by("-at", "-pk").first()
    if last is None or last.reason:
        return "" if last is None else last.reason
    count = last.wakes or 0
    return ngettext(
        "Somebody agreed that it wakes %(count)s cluster in the quiet hours.",
        "Somebody agreed that it wakes %(count)s clusters in the quiet hours.",
        count,
    ) % {"count": count}


def decisions(sources: Collection[str]) -> Mapping[str, HoursOverride]:
    """Return by source the last word that let it sound against hour rules, with who gave it."""
    found = HoursOverride.objects.unscoped("beside what is on the plan of clusters the caller may see")
    kept = found.filter(source__in=set(sources)).select_related("by").order_by("at", "pk")
    return {one.source: one for one in kept}


def keep(
    scope: Scope,
    unit: Unit,
    items: Sequence[Timed],
    set_aside: Sequence[Broken],
    *,
    reason: str,
    wakes: int | None,
    source: str,
    now: datetime,
) -> HoursOverride:
    """Put on record who let what sound against which rules, and why."""
    kept: HoursOverride = HoursOverride.objects.create(
        unit=unit,
        source=source or items[0].key,
        broken=[one.value for one in set_aside],
        reason=reason,
        wakes=wakes,
        start_at=min(one.start_at for one in items),
        by_id=int(scope.actor.id),
        at=now,
    )
    note(override=kept.pk, broken=kept.broken)
    return kept
