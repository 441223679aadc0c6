"""The measured process of `tree`: brings the country, asks each question many times, a JSON line for an answer."""

import itertools
import json
import random
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any  # Any: JSON lines are open objects

import django
from django.core.management import call_command
from django.db import connection

OLD, NEW = date(2025, 6, 1), date(2025, 8, 1)
_BELOW = "SELECT path, name, level FROM orgs_unit_version WHERE path LIKE %s AND during @> %s::date"
_CHILDREN = "SELECT path, name, level FROM orgs_unit_version WHERE parent_id = %s AND during @> %s::date"
_NAMED = "SELECT path, name, level FROM orgs_unit_version WHERE folded_name LIKE %s AND during @> %s::date"
_ALL = "SELECT path, name, level FROM orgs_unit_version WHERE during @> %s::date"
_STEPS = "SELECT * FROM orgs_lineage WHERE predecessor_id = ANY (%s)"

Question = Callable[[], object]


def main() -> None:
    """Answer every line until the input ends."""
    django.setup()
    for line in sys.stdin:
        asked = json.loads(line)
        answer = seed() if asked["do"] == "seed" else measure(rounds=asked["rounds"])
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


def seed() -> dict[str, Any]:
    """Bring all of Viet Nam, old and new; return what there is and how long it took."""
    call_command("migrate", verbosity=0, interactive=False)
    from loa.kernel import scope  # noqa: PLC0415 - rooms are imported when Django stands
    from loa.orgs import commands  # noqa: PLC0415 - as above

    begun = time.monotonic()
    count = commands.import_units(scope.system("bench"), province_code="", as_of=NEW)
    took_s = time.monotonic() - begun
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
        cursor.execute("SELECT (SELECT count(*) FROM orgs_unit_version), (SELECT count(*) FROM orgs_lineage)")
        versions, parts = cursor.fetchone()
    return {"units_of_old": count, "versions": versions, "parts": parts, "brought_s": round(took_s, 1)}


def measure(*, rounds: int) -> dict[str, Any]:
    """Ask everything so many times; return milliseconds."""
    figures = {}
    for name, question, plain in _questions():
        figures[name] = _timed(question, rounds) | {"is_one_answer": not name.startswith("whole_country")}
        if plain is not None:
            figures[name]["plain_sql_median_ms"] = _timed(plain, rounds)["median_ms"]
    return figures


def _timed(question: Question, rounds: int) -> dict[str, float]:
    for _ in range(3):
        question()
    taken = []
    for _ in range(rounds):
        begun = time.perf_counter()
        question()
        taken.append((time.perf_counter() - begun) * 1000)
    return {
        "median_ms": round(statistics.median(taken), 2),
        "p95_ms": round(statistics.quantiles(taken, n=20)[-1], 2),
    }


def _questions() -> Iterator[tuple[str, Question, Question | None]]:
    """Yield each question with its name and, where there is one, its like in plain SQL."""
    from loa.kernel import scope as scopes  # noqa: PLC0415 - rooms are imported when Django stands
    from loa.orgs import queries  # noqa: PLC0415 - as above
    from loa.orgs.models import Unit  # noqa: PLC0415 - as above

    whole = scopes.system("bench")
    units = Unit.objects.unscoped("bench")
    own = scopes.Scope(actor=whole.actor, grants={"orgs.view": frozenset({"25"})})
    now = _turns(list(units.filter(level="commune", closed_on=None)))
    gone = _turns(list(units.filter(level="commune").exclude(closed_on=None)))
    provinces = _turns(list(units.filter(level="province", closed_on=None)))
    phu_tho = units.get(code="25")
    counted_old = {node.code: 7 for node in queries.tree_as_of(whole, OLD, top="26") if node.level == "commune"}
    counted_new = {node.code: 7 for node in queries.tree_as_of(whole, NEW, top="25") if node.level == "commune"}
    all_old = {node.code: 7 for node in queries.tree_as_of(whole, OLD) if node.level == "commune"}
    ids = list(units.filter(code__in=counted_old).values_list("pk", flat=True))

    yield "provinces_old", lambda: queries.tops_as_of(whole, OLD), None
    yield (
        "province_tree_old",
        lambda: queries.tree_as_of(whole, OLD, top=next(provinces).code),
        _sql(_BELOW, "01/%", OLD),
    )
    yield (
        "province_tree_new",
        lambda: queries.tree_as_of(whole, NEW, top=next(provinces).code),
        _sql(_BELOW, "25/%", NEW),
    )
    yield "own_tree_old", lambda: queries.tree_as_of(own, OLD), None
    yield "unit_old", lambda: queries.unit_as_of(next(gone), OLD), None
    yield "ancestors_old", lambda: queries.ancestors_as_of(next(gone), OLD), None
    yield "ancestors_new", lambda: queries.ancestors_as_of(next(now), NEW), None
    yield "children_new", lambda: queries.children_as_of(next(provinces), NEW), _sql(_CHILDREN, phu_tho.pk, NEW)
    yield "subtree_old", lambda: queries.subtree_as_of(next(provinces), OLD), _sql(_BELOW, "01/%", OLD)
    yield "subtree_new", lambda: queries.subtree_as_of(next(provinces), NEW), _sql(_BELOW, "25/%", NEW)
    yield "history", lambda: queries.history(next(now)), None
    yield "events", lambda: queries.events(next(now)), None
    yield "successors", lambda: queries.successors(next(gone), since=OLD, until=NEW), _sql(_STEPS, ids[:1])
    yield "predecessors", lambda: queries.predecessors(next(now), at=NEW, before=OLD), None
    yield "restated_to_today", lambda: queries.restated(counted_old, from_day=OLD, to_day=NEW), _sql(_STEPS, ids)
    yield "restated_to_old", lambda: queries.restated(counted_new, from_day=NEW, to_day=OLD), None
    yield "search_old_name", lambda: queries.matching_as_of(whole, "tich son", OLD), _sql(_NAMED, "%tich son%", OLD)
    yield "whole_country_tree_old", lambda: queries.tree_as_of(whole, OLD), _sql(_ALL, OLD)
    yield "whole_country_tree_new", lambda: queries.tree_as_of(whole, NEW), _sql(_ALL, NEW)
    yield "whole_country_restated", lambda: queries.restated(all_old, from_day=OLD, to_day=NEW), None


def _turns(units: list[Any]) -> Iterator[Any]:  # Any: units, whose room is imported late
    random.Random(1).shuffle(units)  # noqa: S311 - the same order every time
    return itertools.cycle(units)


def _sql(words: str, *values: str | int | date | list[int]) -> Question:
    def ask() -> object:
        with connection.cursor() as cursor:
            cursor.execute(words, values)
            return cursor.fetchall()

    return ask


if __name__ == "__main__":
    main()
