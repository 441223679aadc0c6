"""Which levels of units there are: adding one, such as a region, and ending one."""

from collections.abc import Sequence
from datetime import date

from django.db.backends.postgresql.psycopg_any import DateRange

from loa.kernel import text
from loa.kernel.command import Place, check, command, note
from loa.kernel.scope import Scope
from loa.orgs.models import Level, Unit, UnitVersion
from loa.orgs.refusals import LevelInUse, LevelMissing, LevelTaken

_WHY = "levels are the whole deployment's"


@command("orgs.administer")
def add_level(
    scope: Scope,
    place: Place,
    /,
    *,
    code: str,
    name_vi: str,
    name_en: str,
    below: Sequence[str],
    above: Sequence[str] = (),
    start_on: date | None = None,
) -> Level:
    """Add a level. Its units may stand below those of `below`; those of `above` may then stand below its units.

    Whoever adds it administers every unit at the top. Raises `LevelTaken`, and `LevelMissing` for one nobody knows.
    """
    _demand_tops(scope)
    known = {level.code: level for level in Level.objects.select_for_update().order_by("rank")}
    if code in known:
        raise LevelTaken(code=code)
    missing = [one for one in (*below, *above) if one not in known]
    if missing:
        raise LevelMissing(code=missing[0])
    ranks = {level.rank for level in known.values()}
    lowest = max((known[one].rank for one in below), default=0)
    rank = next(free for free in range(lowest + 1, lowest + 2 + len(ranks)) if free not in ranks)
    made: Level = Level.objects.create(
        code=code,
        rank=rank,
        name_vi=text.stored(name_vi).strip(),
        name_en=text.stored(name_en).strip(),
        below=sorted(below),
        during=DateRange(start_on, None),
    )
    for one in above:
        lower = known[one]
        lower.below = sorted({*lower.below, code})
        lower.save(update_fields=["below"])
    note(level=code, below=sorted(below), above=sorted(above))
    return made


@command("orgs.administer")
def end_level(scope: Scope, place: Place, /, *, code: str, end_on: date) -> None:
    """End a level on a day: no unit begins with it from then on. Raises `LevelInUse` while units have it that day."""
    _demand_tops(scope)
    level = Level.objects.select_for_update().filter(pk=code).first()
    if level is None or (level.during.upper is not None and level.during.upper <= end_on):
        raise LevelMissing(code=code)
    standing = UnitVersion.objects.unscoped(_WHY).filter(level=code)
    count = standing.filter(during__overlap=DateRange(end_on, None)).values("unit").distinct().count()
    if count or (level.during.lower is not None and level.during.lower >= end_on):
        raise LevelInUse(count=count)
    level.during = DateRange(level.during.lower, end_on)
    level.save(update_fields=["during"])
    note(level=code, end_on=str(end_on))


def _demand_tops(scope: Scope) -> None:
    """Refuse unless the right holds at every top: a level is everybody's."""
    for path in Unit.objects.unscoped(_WHY).filter(parent=None, closed_on=None).values_list("path", flat=True):
        check(scope, "orgs.administer", Place(scope_path=path, audit_name="levels"))
