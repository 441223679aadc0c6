"""The measured process of `search`: brings the bulletins, asks the questions, a JSON line for an answer."""

import functools
import itertools
import json
import random
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any  # Any: JSON lines are open objects

import django
from django.core.management import call_command
from django.db import connection, transaction

from loa.box.bench import search_words
from loa_protocol import uuid7

PROVINCE = "26"
_AT_ONCE = 5_000
_BULLETIN = ("id", "unit_id", "title", "author_id", "state", "current_id", "created_at", "changed_at", "origin_level")
_REVISION = (
    "id", "bulletin_id", "number", "title", "text", "clip_id", "voice", "written_by", "state", "created_at",
    "submitted_at", "decided_at", "decided_by_id", "note", "kind", "abstract", "byline", "language_id", "is_must",
    "requester", "recipe",
)  # fmt: skip
_FACTS = ("notice", "", "", "vi", False, "", 2)
_INDEXES = ("bulletins_sought_title_words", "bulletins_sought_words")
_BARE_WORDS = """
CREATE TABLE bench_bare AS SELECT bulletin_id, to_tsvector('simple', title || ' ' || text) AS words
  FROM bulletins_revision;
CREATE INDEX ON bench_bare USING gin (words);
ANALYZE;
"""
_BARE = "SELECT bulletin_id FROM bench_bare WHERE words @@ plainto_tsquery('simple', %s) LIMIT 31"
_ILIKE = "SELECT bulletin_id FROM bulletins_revision WHERE title || text ILIKE %s ORDER BY created_at DESC LIMIT 31"


def main() -> None:
    """Answer every line until the input ends."""
    django.setup()
    for line in sys.stdin:
        asked = json.loads(line)
        done = asked.pop("do")
        answer = people() if done == "people" else seed(**asked) if done == "seed" else measure(**asked)
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


def people() -> dict[str, Any]:
    """Make the tables, a province with its communes, and who wrote everything."""
    call_command("migrate", verbosity=0, interactive=False)
    from loa.accounts.models import User  # noqa: PLC0415 - rooms are imported when Django stands
    from loa.kernel import scope  # noqa: PLC0415 - as above
    from loa.orgs import commands  # noqa: PLC0415 - as above

    commands.import_units(scope.system("bench"), province_code=PROVINCE)
    User.objects.create(username="canbo", full_name="Cán bộ", unit_path=PROVINCE)
    return {}


def seed(*, items: int) -> dict[str, Any]:
    """Bring the bulletins, past triggers and record, and what is sought of them by the triggers' own function."""
    from loa.accounts.models import User  # noqa: PLC0415 - as above
    from loa.kernel import clock  # noqa: PLC0415 - as above
    from loa.orgs.models import Unit  # noqa: PLC0415 - as above

    begun, now = time.monotonic(), clock.now()
    units = list(Unit.objects.unscoped("bench").filter(level="commune").values_list("pk", flat=True).order_by("path"))
    author = User.objects.get(username="canbo").pk
    made = enumerate(search_words.bulletins(items))
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = 'replica'")
        for name in _INDEXES:
            cursor.execute(f"DROP INDEX {name}")
        while part := list(itertools.islice(made, _AT_ONCE)):
            rows = []
            for number, (title, text) in part:
                at = now - timedelta(minutes=items - number)
                state = "approved" if number % 3 else "withdrawn"
                rows.append((uuid7.make(), uuid7.make(), units[number % len(units)], title, text, state, at))
            _copy(cursor, rows, author=author)
    filled_s = time.monotonic() - begun
    with connection.cursor() as cursor:
        for name in _INDEXES:
            column = name.removeprefix("bulletins_sought_")
            cursor.execute(f"CREATE INDEX {name} ON bulletins_sought USING gin ({column}) WITH (fastupdate = off)")
        cursor.execute(_BARE_WORDS)
        cursor.execute("SELECT pg_total_relation_size('bulletins_sought') / 1000000")
        size_mb = cursor.fetchone()[0]
    return {"items": items, "seeded_s": round(filled_s), "indexed_s": round(time.monotonic() - begun - filled_s),
            "sought_mb": int(size_mb), "communes": len(units)}  # fmt: skip


def _copy(cursor: Any, rows: Sequence[tuple[Any, ...]], *, author: int) -> None:  # Any: rows of any table
    with cursor.copy(f"COPY bulletins_bulletin ({','.join(_BULLETIN)}) FROM STDIN") as out:
        for one, wording, unit, title, _, state, at in rows:
            out.write_row((one, unit, title, author, state, wording, at, at, "commune"))
    with cursor.copy(f"COPY bulletins_revision ({','.join(_REVISION)}) FROM STDIN") as out:
        for one, wording, _, title, text, _, at in rows:
            words = (wording, one, 1, title, text, None, "", str(author), "draft", at, None, None, None, "")
            out.write_row((*words, *_FACTS))
    cursor.execute("SELECT bulletins_seek(%s::uuid[])", [[row[0] for row in rows]])


def measure(*, questions: int) -> dict[str, Any]:
    """Ask everything, by a whole province and by one commune, with and without filters; return milliseconds."""
    from loa.bulletins import queries  # noqa: PLC0415 - rooms are imported when Django stands
    from loa.bulletins.queries import Filters  # noqa: PLC0415 - as above
    from loa.bulletins.rules import State  # noqa: PLC0415 - as above
    from loa.kernel import clock, scope  # noqa: PLC0415 - as above
    from loa.orgs.models import Unit  # noqa: PLC0415 - as above

    now = clock.now()
    paths = list(Unit.objects.unscoped("bench").filter(level="commune").values_list("path", flat=True).order_by("path"))
    actor = scope.system("bench").actor
    chance = random.Random(7)  # noqa: S311 - the same every time, no secret
    narrowings = (
        Filters,
        Filters,
        lambda: Filters(states=[State.APPROVED]),
        lambda: Filters(unit_path=chance.choice(paths)),
        lambda: Filters(written_since=now - timedelta(days=7)),
        lambda: Filters(is_aired=False),
    )
    asked = [
        (
            words,
            chance.choice(narrowings)(),
            chance.choice([PROVINCE, PROVINCE, chance.choice(paths)]),
            chance.choice([0, 0, 0, 30]),
        )
        for words in search_words.questions(questions)
    ]
    taken: list[tuple[float, str, str, int, float]] = []
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        server = int(cursor.fetchone()[0])
    for round_ in range(2):
        taken = []
        for words, filters, root, offset in asked if round_ else asked[:100]:
            who = scope.Scope(actor=actor, grants={"bulletins.view": frozenset({root})})
            begun, used = time.perf_counter(), _worked_s(server)
            found = queries.search(who, words, filters, offset=offset, limit=30, now=now)
            worked = (_worked_s(server) - used) * 1000
            taken.append(((time.perf_counter() - begun) * 1000, words, root, len(found.bulletins), worked))
    times = [one[0] for one in taken]
    slowest = sorted(taken, reverse=True)[:8]
    return {
        "questions": questions,
        "median_ms": round(statistics.median(times), 1),
        "p95_ms": round(statistics.quantiles(times, n=20)[-1], 1),
        "p99_ms": round(statistics.quantiles(times, n=100)[-1], 1),
        "most_ms": round(max(times), 1),
        "province_p95_ms": _p95([one[0] for one in taken if one[2] == PROVINCE]),
        "commune_p95_ms": _p95([one[0] for one in taken if one[2] != PROVINCE]),
        "worked_median_ms": round(statistics.median(one[4] for one in taken), 1),
        "worked_p95_ms": _p95([one[4] for one in taken]),
        "with_results": sum(one[3] > 0 for one in taken),
        "slowest": [f"{ms:.0f} ms: {words} ({root})" for ms, words, root, *_ in slowest],
        "bare_tsvector_p95_ms": _p95(_timed(_BARE, [words for words, *_ in asked])),
        "ilike_median_ms": round(statistics.median(_timed(_ILIKE, [f"%{words}%" for words, *_ in asked[:20]])), 1),
    }


def _worked_s(server: int) -> float:
    """Return the processor time of this process and of its database server: what a machine with nothing else needs."""
    return time.process_time() + int(Path(f"/proc/{server}/schedstat").read_text().split()[0]) / 1e9


def _timed(statement: str, questions: Sequence[str]) -> list[float]:
    def ask(words: str) -> None:
        with connection.cursor() as cursor:
            cursor.execute(statement, [words])
            cursor.fetchall()

    return [_ms(functools.partial(ask, words)) for words in questions]


def _ms(question: Callable[[], object]) -> float:
    begun = time.perf_counter()
    question()
    return (time.perf_counter() - begun) * 1000


def _p95(times: Sequence[float]) -> float:
    return round(statistics.quantiles(times, n=20)[-1], 1) if len(times) > 1 else 0.0


if __name__ == "__main__":
    main()
