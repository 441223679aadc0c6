"""The measured process of `reorganise`: brings people, work and a year of plays, then changes the units."""

import json
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any  # Any: JSON lines are open objects

import django
from django.db import connection, transaction

_AIRINGS = """
INSERT INTO dispatch_airing (id, unit_id, title, clip_sha256, clip_size_bytes, clip_duration_ms, start_at, end_at,
    priority, late_rule, late_tolerance_ms, volume_pct, state, is_now, is_chosen, source, requested_by, created_at,
    released_at, stopped_at, stopped_by, stop_reason)
SELECT gen_random_uuid(), unit.id, 'Tin ' || play, repeat('0', 64), 16000, 60000,
    day + make_interval(hours => 5 + play),
    day + make_interval(hours => 5 + play, mins => 10), 30, 'skip', 540000, NULL,
    CASE WHEN day < now() THEN 'released' ELSE 'planned' END, false, false,
    'bench:' || unit.id || ':' || day::date || ':' || play, '', day - interval '1 day',
    CASE WHEN day < now() THEN day END, NULL, '', ''
  FROM orgs_unit unit, generate_series(date_trunc('day', now()) - make_interval(days => %(days)s),
       date_trunc('day', now()) + interval '14 days', '1 day') day, generate_series(1, %(plays)s) play
 WHERE unit.level = 'commune'
"""
_TARGETS = """
INSERT INTO dispatch_target (airing_id, device_id, area_path)
SELECT airing.id, device.id, unit.path
  FROM dispatch_airing airing JOIN devices_device device ON device.unit_id = airing.unit_id
  JOIN orgs_unit unit ON unit.id = airing.unit_id
"""
_EVENTS = """
INSERT INTO devices_event (id, device_id, seq, outcome, airing_id, clip, started_at, ended_at, at, reason, lateness_ms,
    volume_pct, level_dbfs, clock_offset_ms, received_at)
SELECT (lpad(to_hex((extract(epoch FROM airing.start_at) * 1000)::bigint), 12, '0') || '7' || substr(spread, 1, 3)
        || '8' || substr(spread, 4, 15))::uuid,
    target.device_id, row_number() OVER (PARTITION BY target.device_id ORDER BY airing.start_at), 'played', airing.id,
    airing.clip_sha256, airing.start_at, airing.start_at + interval '1 minute',
    airing.start_at + interval '1 minute', '',
    120, 60, -20, 3, airing.start_at + interval '62 seconds'
  FROM dispatch_target target JOIN dispatch_airing airing ON airing.id = target.airing_id,
       md5(target.airing_id::text || target.device_id::text) spread
 WHERE airing.start_at < now()
"""


def main() -> None:
    """Answer every line until the input ends."""
    django.setup()
    for line in sys.stdin:
        asked = json.loads(line)
        done = asked.pop("do")
        answer = seed(**asked) if done == "seed" else measure()
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


def seed(*, people: int, plays: int, days: int) -> dict[str, Any]:
    """Bring people with rights, drafts, airings behind and ahead, and what devices told of them."""
    from loa.accounts.models import User  # noqa: PLC0415 - rooms are imported when Django stands
    from loa.bulletins import commands as bulletins  # noqa: PLC0415 - as above
    from loa.kernel import clock, scope  # noqa: PLC0415 - as above
    from loa.orgs.models import Grant, Unit  # noqa: PLC0415 - as above

    communes = list(Unit.objects.unscoped("bench").filter(level="commune").order_by("path"))
    top = Unit.objects.unscoped("bench").get(path="26")
    users = User.objects.bulk_create(
        User(username=f"nguoi{number}", full_name=f"Người {number}", unit_path=communes[number % len(communes)].path)
        for number in range(people)
    )  # fmt: skip
    roles = ("officer", "leader", "monitor")
    Grant.objects.bulk_create(
        Grant(user=user, unit=communes[place % len(communes)], role_id=roles[place // len(communes) % len(roles)])
        for place, user in enumerate(users)
    )
    for name in ("quantri1", "quantri2"):
        user = User.objects.create(username=name, full_name=name, unit_path=top.path)
        Grant.objects.create(user=user, unit=top, role_id="administrator")
    began = time.monotonic()
    with transaction.atomic(), connection.cursor() as cursor:
        for statement in (_AIRINGS, _TARGETS, _EVENTS):
            cursor.execute(statement, {"plays": plays, "days": days})
    for place, commune in enumerate(communes):
        author = users[place % len(users)].pk
        bulletins.write(scope.system("bench"), commune, title="Nháp", text="Tin", author_id=author, now=clock.now())
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
        cursor.execute(
            "SELECT (SELECT count(*) FROM devices_event), (SELECT count(*) FROM dispatch_airing), (SELECT count(*) FROM"
            " dispatch_target), pg_database_size(current_database()) / 1000000"
        )
        events, airings, targets, size_mb = cursor.fetchone()
    took_s = round(time.monotonic() - began, 1)
    return {"events": events, "airings": airings, "targets": targets, "database_mb": int(size_mb), "seeded_s": took_s}


def measure() -> dict[str, Any]:
    """Propose, rehearse, approve and carry out; then the same rows by a bare UPDATE."""
    from loa.kernel import clock, scope  # noqa: PLC0415 - as above
    from loa.orgs import commands, gazetteer, handover, queries, tasks  # noqa: PLC0415 - as above
    from loa.orgs.models import Unit  # noqa: PLC0415 - as above

    one, other = _administrators()
    top = Unit.objects.unscoped("bench").get(path="26")
    paper = gazetteer.DECISION
    figures: dict[str, Any] = {}
    now = clock.now()
    with _timed(figures, "propose_s"):
        basis = commands.keep_basis(one, top, number=paper.number, title=paper.title, issuer=paper.issuer)
        made = commands.propose(
            one, top, title="1/7/2025", basis=basis, effective_on=gazetteer.EFFECTIVE_ON,
            plan=gazetteer.reform_2025("26"), now=now, is_retroactive=True,
        )  # fmt: skip
    with _timed(figures, "dry_run_s"):
        tasks.rehearse(str(made.pk))
    made.refresh_from_db()
    rehearsed = made.dry_run or {}
    figures["dry_run_said_s"], figures["clashes"] = rehearsed["estimate_s"], rehearsed["clash_count"]
    with _timed(figures, "approve_s"):
        commands.approve(other, made, plan_sha256=made.plan_sha256, now=now)
    with _timed(figures, "carry_out_s"):
        commands.carry_out(scope.system("bench"), made, now=clock.now())
    made.refresh_from_db()
    came = made.outcome or {}
    figures["moved"], figures["without_owner"] = came["moved"], came["without_owner"]
    with _timed(figures, "docx_s"):
        figures["docx_bytes"] = len(handover.docx(handover.paper(made)))
    with _timed(figures, "pdf_s"):
        figures["pdf_bytes"] = len(handover.pdf(handover.paper(made)))
    figures["handovers"] = queries.handovers(made).count()
    figures["reference_bare_update_s"] = _bare_update(now)
    return figures


def _administrators() -> tuple[Any, Any]:
    from dataclasses import replace  # noqa: PLC0415 - with the rooms

    from loa.accounts.models import User  # noqa: PLC0415 - as above
    from loa.orgs import queries  # noqa: PLC0415 - as above

    users = User.objects.filter(username__startswith="quantri").order_by("username")
    one, other = (replace(queries.scope_for(user), is_fresh=True) for user in users)
    return one, other


def _bare_update(now: Any) -> float:
    """Return the time of writing the same rows once more without asking anything, rolled back."""
    began = time.monotonic()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = 'replica'")
        cursor.execute("UPDATE orgs_unit SET sort_order = sort_order + 1")
        cursor.execute("UPDATE devices_device SET volume_pct = 50")
        cursor.execute("UPDATE accounts_user SET full_name = full_name || '.'")
        cursor.execute("UPDATE dispatch_airing SET title = title || '.' WHERE start_at > %s", [now + timedelta(0)])
        transaction.set_rollback(True)
    return round(time.monotonic() - began, 3)


@contextmanager
def _timed(figures: dict[str, Any], name: str) -> Iterator[None]:
    began = time.monotonic()
    yield
    figures[name] = round(time.monotonic() - began, 2)


if __name__ == "__main__":
    main()
