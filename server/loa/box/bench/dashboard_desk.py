"""The server's side of `dashboard`: a year of plays in a province, and the same figures counted in plain SQL."""

import json
import math
import sys
import time
from datetime import date, timedelta
from typing import Any  # Any: JSON lines are open objects

import django
from django.core.management import call_command
from django.db import connection, transaction

from loa.box.bench.signin_desk import PASSWORD

PROVINCE, COMMUNE, NAME = "26", "09043", "giamsat"
HAMLETS, CLUSTERS, AIRINGS = 6, 3, 10
"""Hamlets of a commune, clusters of a hamlet, airings of a commune a day."""
_TOLD = 0.99
_RECOUNTED = 300
_INDEXES = {
    "devices_event_airing": "devices_event (airing_id) WHERE airing_id IS NOT NULL",
    "devices_event_device": "devices_event (device_id, id)",
    "dispatch_target_device": "dispatch_target (device_id)",
}

_PLACES = """
INSERT INTO orgs_unit (code, name, folded_name, level, parent_id, path, former_paths, sort_order, is_demo)
SELECT unit.code || '.' || n, 'Thôn ' || n, 'thon ' || n, 'hamlet', unit.id, unit.path || '/' || unit.code || '.' || n,
       '{}', unit.sort_order, false
  FROM orgs_unit AS unit, generate_series(1, %(hamlets)s) AS n WHERE unit.level = 'commune';
INSERT INTO devices_device (id, name, unit_id, kind, state, is_demo, created_at, enrolled_at, public_key,
    credential_digest, enrolled_area, told_area, former_areas, state_seq, published_seq, connected, seen_at,
    agent_version, boot, playing, reported_plan, reported_config, pending_events)
SELECT gen_random_uuid(), 'Cụm ' || n, unit.id, 'loudspeaker', 'enrolled', false, now() - interval '400 days',
       now() - interval '400 days', 'x', 'x', '', '', '{}', 0, 0, abs(hashtext(unit.code || n)) %% 40 > 0,
       now() - CASE WHEN abs(hashtext(unit.code || n)) %% 40 > 0 THEN interval '5 seconds' ELSE interval '2 hours' END,
       '1', '', '', '', '', 0
  FROM orgs_unit AS unit, generate_series(1, %(clusters)s) AS n WHERE unit.level = 'hamlet';
INSERT INTO devices_ticket (id, device_id, cause, origin, words, opened_at, opened_by, due_at, escalations, closed_by,
    proof, close_words)
SELECT gen_random_uuid(), id, 'offline', 'telemetry', '', now() - interval '30 hours', '', now() - interval '6 hours',
       0, '', '', '' FROM devices_device WHERE NOT connected;
CREATE TABLE bench_device AS
SELECT device.id, device.unit_id AS hamlet_id, hamlet.parent_id AS commune_id, hamlet.path
  FROM devices_device AS device JOIN orgs_unit AS hamlet ON hamlet.id = device.unit_id;
CREATE TABLE bench_airing AS
SELECT (lpad(to_hex((extract(epoch FROM start_at) * 1000)::bigint), 12, '0') || '7' || substr(spread, 1, 3)
        || '8' || substr(spread, 4, 15))::uuid AS id, unit_id, start_at, on_day, turn
  FROM (SELECT unit.id AS unit_id, day::date AS on_day, (%(days)s - n) * %(airings)s + turn AS turn,
               day AT TIME ZONE 'Asia/Ho_Chi_Minh' + make_interval(hours => 4 + turn, mins => 30) AS start_at,
               md5(unit.id || day::text || turn) AS spread
          FROM orgs_unit AS unit, generate_series(0, %(days)s - 1) AS n,
               LATERAL (SELECT date_trunc('day', now() AT TIME ZONE 'Asia/Ho_Chi_Minh') - make_interval(days => n))
                       AS whole (day),
               generate_series(1, %(airings)s) AS turn
         WHERE unit.level = 'commune') AS made
 WHERE start_at < now() - interval '5 minutes' ORDER BY start_at;
ANALYZE bench_device; ANALYZE bench_airing;
CREATE TABLE bench_play AS
SELECT airing.id AS airing_id, airing.start_at, airing.on_day, airing.turn, device.id AS device_id, device.hamlet_id,
       device.path, hashtext(airing.id::text || device.id::text) & 1023 AS chance
  FROM bench_airing AS airing JOIN bench_device AS device ON device.commune_id = airing.unit_id;
"""
_AIRINGS = """
INSERT INTO dispatch_airing (id, unit_id, title, clip_sha256, clip_size_bytes, clip_duration_ms, start_at, end_at,
    priority, late_rule, late_tolerance_ms, volume_pct, state, is_now, is_chosen, source, requested_by, created_at,
    released_at, stopped_at, stopped_by, stop_reason)
SELECT id, unit_id, 'Bản tin ' || turn %% 10, repeat('0', 64), 16000, 60000, start_at, start_at + interval '2 minutes',
       30, 'skip', 60000, NULL, 'released', false, false, 'bench:' || id, '', start_at - interval '1 day',
       start_at - interval '1 hour', NULL, '', '' FROM bench_airing ORDER BY start_at
"""
_TARGETS = """
INSERT INTO dispatch_target (airing_id, device_id, area_path) SELECT airing_id, device_id, path FROM bench_play
"""
_EVENTS = """
INSERT INTO devices_event (id, device_id, seq, outcome, airing_id, clip, started_at, ended_at, at, reason, lateness_ms,
    volume_pct, level_dbfs, clock_offset_ms, received_at)
SELECT (lpad(to_hex((extract(epoch FROM start_at) * 1000)::bigint + 60000), 12, '0') || '7' || substr(spread, 1, 3)
        || '8' || substr(spread, 4, 15))::uuid,
       device_id, turn, CASE WHEN chance < 20 THEN 'missed' WHEN chance < 30 THEN 'refused' ELSE 'played' END,
       airing_id, repeat('0', 64), CASE WHEN chance >= 30 THEN start_at END,
       CASE WHEN chance >= 30 THEN start_at + interval '1 minute' END, start_at + interval '1 minute',
       CASE WHEN chance < 20 THEN 'power_off' WHEN chance < 30 THEN 'bad_signature' ELSE '' END, 120, 60,
       CASE WHEN chance < 40 THEN -90 ELSE -20 END, 3, start_at + interval '62 seconds'
  FROM bench_play, md5(airing_id::text || device_id::text) AS spread WHERE chance < 1013
"""
_TALLIES = """
INSERT INTO dispatch_tally (airing_id, unit_id, on_day, meant, heard, partial, silent, refused, odd, untold, heard_ms,
    reasons)
SELECT airing_id, hamlet_id, on_day, count(*), count(*) FILTER (WHERE chance >= 40 AND chance < 1013), 0,
       count(*) FILTER (WHERE chance >= 30 AND chance < 40), count(*) FILTER (WHERE chance >= 20 AND chance < 30), 0,
       count(*) FILTER (WHERE chance >= 1013), 60000 * count(*) FILTER (WHERE chance >= 40 AND chance < 1013),
       CASE WHEN count(*) FILTER (WHERE chance < 20) > 0
            THEN jsonb_build_object('missed:power_off', count(*) FILTER (WHERE chance < 20)) ELSE '{}' END
       || CASE WHEN count(*) FILTER (WHERE chance >= 20 AND chance < 30) > 0
            THEN jsonb_build_object('refused:bad_signature', count(*) FILTER (WHERE chance >= 20 AND chance < 30))
            ELSE '{}' END
  FROM bench_play GROUP BY airing_id, hamlet_id, on_day
"""
_BARE = """
SELECT count(*), count(*) FILTER (WHERE best.rank = 0)
  FROM dispatch_airing AS airing JOIN dispatch_target AS target ON target.airing_id = airing.id
  LEFT JOIN LATERAL (SELECT min(CASE WHEN outcome = 'played' AND level_dbfs > -50 THEN 0 ELSE 1 END) AS rank
                       FROM devices_event AS event
                      WHERE event.airing_id = airing.id AND event.device_id = target.device_id) AS best ON true
 WHERE airing.start_at >= %(start_at)s AND airing.start_at < %(end_at)s
"""


def main() -> None:
    """Answer every line until the input ends."""
    django.setup()
    for line in sys.stdin:
        asked = json.loads(line)
        done = asked.pop("do")
        answer = people() if done == "people" else seed(**asked) if done == "seed" else check()
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


def people() -> dict[str, Any]:
    """Make the tables, a province with its communes, and somebody who looks at all of it."""
    call_command("migrate", verbosity=0, interactive=False)
    from loa.accounts import commands as accounts  # noqa: PLC0415 - rooms are imported when Django stands
    from loa.devices import keys  # noqa: PLC0415 - as above
    from loa.kernel import clock, scope  # noqa: PLC0415 - as above
    from loa.orgs import commands as orgs  # noqa: PLC0415 - as above
    from loa.orgs.models import Grant, Unit  # noqa: PLC0415 - as above

    system = scope.system("bench")
    keys.ensure_box_keys(now=clock.now())
    orgs.import_units(system, province_code=PROVINCE)
    user = accounts.create_user(
        system, username=NAME, full_name="Lý Văn Giám", password=PASSWORD, must_change=False, unit_path=PROVINCE
    )
    Grant.objects.create(user=user, unit=Unit.objects.unscoped("bench").get(path=PROVINCE), role_id="monitor")
    return {"name": NAME, "password": PASSWORD, "province": PROVINCE, "commune": COMMUNE}


def seed(*, plays: int) -> dict[str, Any]:
    """Bring a year of plays past triggers and record: what became of each follows from the name of the play."""
    from loa.dispatch import day_counting  # noqa: PLC0415 - as above
    from loa.orgs.models import Unit  # noqa: PLC0415 - as above

    begun = time.monotonic()
    communes = Unit.objects.unscoped("bench").filter(level="commune").count()
    days = math.ceil(plays / _TOLD / (communes * HAMLETS * CLUSTERS * AIRINGS)) + 1
    sizes = {"hamlets": HAMLETS, "clusters": CLUSTERS, "airings": AIRINGS, "days": days}
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT devices_event_partitions(now() - make_interval(days => %s), %s)", [days, days // 28 + 2])
        for statement in _PLACES.split(";\n")[:3]:
            cursor.execute(statement, sizes)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = 'replica'")
        for name in _INDEXES:
            cursor.execute(f"DROP INDEX {name}")
        for statement in (*_PLACES.split(";\n")[3:], _AIRINGS, _TARGETS, _EVENTS, _TALLIES):
            if statement.strip():
                cursor.execute(statement, sizes)
        for name, about in _INDEXES.items():
            cursor.execute(f"CREATE INDEX {name} ON {about}")
        cursor.execute("SELECT DISTINCT unit_id, on_day FROM dispatch_tally")
        day_counting.recount(cursor.fetchall())
        cursor.execute("DROP TABLE bench_play, bench_airing, bench_device")
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
        cursor.execute(
            "SELECT (SELECT count(*) FROM devices_event), (SELECT count(*) FROM dispatch_airing), (SELECT count(*) FROM"
            " dispatch_tally), (SELECT count(*) FROM dispatch_day), pg_database_size(current_database()) / 1000000,"
            " (SELECT count(*) FROM devices_device)"
        )
        events, airings, tallies, kept, size_mb, devices = cursor.fetchone()
    return {
        "plays": events, "airings": airings, "tallies": tallies, "unit_days": kept, "days": days, "devices": devices,
        "communes": communes, "database_mb": int(size_mb), "seeded_s": round(time.monotonic() - begun),
    }  # fmt: skip


def check() -> dict[str, Any]:
    """Count the same in plain SQL, compare it with what the page reads, and count some airings anew by our rules."""
    from django.utils import timezone  # noqa: PLC0415 - as above

    from loa.dispatch import counting, days  # noqa: PLC0415 - as above
    from loa.dispatch.models import Airing, Tally  # noqa: PLC0415 - as above
    from loa.kernel import clock, scope  # noqa: PLC0415 - as above
    from loa.orgs.models import Unit  # noqa: PLC0415 - as above
    from loa.schedules import rules  # noqa: PLC0415 - as above

    system, today = scope.system("bench"), timezone.localdate(clock.now())
    top = Unit.objects.unscoped("bench").get(path=PROVINCE)
    found: dict[str, Any] = {}
    is_same = True
    for name, back in (("today", 0), ("week", 6), ("month", 29)):
        start_on: date = today - timedelta(days=back)
        begun = time.perf_counter()
        with connection.cursor() as cursor:
            span = {"start_at": rules.midnight(start_on), "end_at": rules.midnight(today + timedelta(days=1))}
            cursor.execute(_BARE, span)
            bare = cursor.fetchone()
        found[f"bare_ms_{name}"] = round((time.perf_counter() - begun) * 1000, 1)
        kept = days.total(days.below(system, top, start_on=start_on, end_on=today, map_on=today).values())
        is_same = is_same and (kept.meant, kept.heard) == bare
    some = list(Airing.objects.unscoped("bench").order_by("clip_sha256", "-source")[:_RECOUNTED])
    stands = Tally.objects.unscoped("bench").filter(airing__in=some)
    before = {(one.airing_id, one.unit_id): _told(one) for one in stands}
    after = {(one.airing_id, one.unit_id): _told(one) for one in counting.count(some)}
    differing = sum(before.get(key) != after.get(key) for key in before.keys() | after.keys())
    return {**found, "is_same": is_same, "recounted": len(some), "differing": differing}


def _told(one: Any) -> tuple[object, ...]:
    return (one.on, one.meant, one.heard, one.silent, one.refused, one.untold, one.missed, one.heard_ms, one.reasons)


if __name__ == "__main__":
    main()
