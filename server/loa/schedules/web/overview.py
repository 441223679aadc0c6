"""What units said in a month: by field, by language on the air, and what stands in which state."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.views.decorators.http import require_safe

from loa.bulletins import queries as bulletins
from loa.bulletins import rules as bulletin_rules
from loa.kernel import clock
from loa.kernel.pages import DeskRequest, needs
from loa.schedules import minutes, rules

_FIRST_YEAR, _LAST_YEAR = 2000, 2200


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldLine:
    """One field of the tree: how many bulletins in it alone, and with all below."""

    code: str
    name: str
    depth: int
    own: int
    whole: int


@require_safe
@needs("bulletins.view")
def overview(request: DeskRequest) -> HttpResponse:
    """Show a month in figures, each leading to its bulletins in the archive."""
    first = _month(request.GET.get("month", ""), today=timezone.localdate(clock.now()))
    after = _next(first)
    start_at, end_at = rules.midnight(first), rules.midnight(after)
    counted = bulletins.counted(request.scope, start_at=start_at, end_at=end_at)
    aired = minutes.by_language(request.scope, start_at=start_at, end_at=end_at) if _may_hear(request) else {}
    names = {language.pk: language.name() for language in bulletins.languages()}
    fields = [
        FieldLine(
            code=branch.code,
            name=branch.category.name(),
            depth=branch.depth,
            own=counted.own.get(branch.code, 0),
            whole=counted.whole[branch.code],
        )
        for branch in bulletins.tree(after - timedelta(days=1))
        if counted.whole.get(branch.code)
    ]
    facts = {
        "first": first,
        "last": after - timedelta(days=1),
        "before": _next(first, back=True),
        "after": after if after <= timezone.localdate(clock.now()) else None,
        "counted": counted,
        "fields": fields,
        "external": [
            (field.name(), count)
            for field in bulletins.external_fields(first)
            if (count := counted.external.get(field.pk, 0))
        ],
        "spoken": [(code, names.get(code, code), _minutes(long)) for code, long in aired.items()],
        "states": _states(request, start_at, end_at),
        "may_hear": _may_hear(request),
    }
    return render(request, "schedules/overview.html", facts)


def _states(request: DeskRequest, start_at: datetime, end_at: datetime) -> list[tuple[str, int]]:
    """Return how many bulletins that were begun in the span stand in each state today."""
    begun = bulletins.visible(request.scope).filter(created_at__gte=start_at, created_at__lt=end_at)
    return [(state.value, count) for state in bulletin_rules.State if (count := begun.filter(state=state).count())]


def _may_hear(request: DeskRequest) -> bool:
    return request.scope.holds("schedules.view")


def _minutes(long: timedelta) -> int:
    """Return whole minutes, a begun one counting as one."""
    return -(-int(long.total_seconds()) // 60)


def _month(text: str, *, today: date) -> date:
    """Return the first day of the month an address names; of this month when it makes no sense."""
    try:
        named = parse_date(f"{text}-01")
    except ValueError:
        named = None
    return named if named is not None and _FIRST_YEAR <= named.year <= _LAST_YEAR else today.replace(day=1)


def _next(first: date, *, back: bool = False) -> date:
    """Return the first day of the month after, or before."""
    return (first + timedelta(days=-1 if back else 32)).replace(day=1)
