"""The record's side of a measurement, as a process: fills, verifies and compares as it is told, a JSON line each."""

import hashlib
import json
import sys
import time
from collections.abc import Callable
from typing import Any  # Any: JSON lines are open objects

import django
from django.core.management import call_command
from django.db import connection, transaction
from django.db.models import Value
from django.db.models.functions import Concat, Now

FILL = """
DO $$
DECLARE
    entry audit_entry;
    change audit_change;
    number bigint := 0;
    since CONSTANT timestamptz := now() - interval '700 days';
    in_chain CONSTANT bigint := ceil(%(entries)s / (%(units)s * 690.0));
BEGIN
    FOR day IN 0..%(days)s LOOP
        FOR unit IN 1..%(units)s LOOP
            entry.previous := repeat('0', 64);
            FOR place IN 1..in_chain LOOP
                EXIT WHEN number >= %(entries)s;
                number := number + 1;
                entry.id := nextval(pg_get_serial_sequence('audit_entry', 'id'));
                entry.at := since + make_interval(days => day) + make_interval(secs => unit * in_chain + place);
                entry.chain := '26/' || lpad(unit::text, 5, '0');
                entry.day := ((entry.at AT TIME ZONE 'UTC') + interval '7 hours')::date;
                entry.position := place;
                entry.actor_kind := 'person'; entry.actor_id := (unit * 7)::text;
                entry.actor_name := 'Nguyễn Thị Ví Dụ';
                entry.origin := '10.26.' || unit || '.7'; entry.action := 'bulletins.approve';
                entry.target := 'bulletin:' || gen_random_uuid(); entry.unit_path := entry.chain;
                entry.result := 'done'; entry.txid := number; entry.db_role := 'loa';
                entry.detail := jsonb_build_object('revision', gen_random_uuid(), 'content_sha256', repeat('ab', 32));
                entry.changes := 0; entry.change_ids := ''; entry.changes_sha256 := '';
                IF number <= %(changes)s THEN
                    change.id := nextval(pg_get_serial_sequence('audit_change', 'id'));
                    change.at := entry.at; change.txid := number; change.table_name := 'bench_thing';
                    change.row_key := number::text; change.operation := 'U';
                    change.before := '{"state": "draft"}'; change.after := '{"state": "approved"}';
                    change.row_sha256 := repeat('cd', 32); change.actor := 'person:7';
                    change.action := entry.action; change.origin := entry.origin;
                    INSERT INTO audit_change SELECT change.*;
                    entry.changes := 1;
                    entry.change_ids := '{[' || change.id || ',' || change.id + 1 || ')}';
                    SELECT encode(sha256(convert_to(json_build_array(
    id, (extract(epoch FROM at) * 1000000)::bigint, txid, table_name, row_key, operation, before, after, row_sha256,
    actor, action, origin)::text, 'UTF8')), 'hex') INTO entry.changes_sha256 FROM (SELECT change.*) AS c;
                END IF;
                entry.digest := audit_entry_digest(entry);
                INSERT INTO audit_entry SELECT entry.*;
                entry.previous := entry.digest;
            END LOOP;
        END LOOP;
    END LOOP;
END
$$
"""


def main() -> None:
    """Answer every line until the input ends."""
    django.setup()
    for line in sys.stdin:
        asked = json.loads(line)
        answer = getattr(Record, asked.pop("do"))(**asked)
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


class Record:
    """What can be asked; rooms are imported late, when Django stands."""

    @staticmethod
    def fill(*, entries: int, changes: int, units: int) -> dict[str, Any]:  # Any: JSON values
        """Make the tables, and a record of that many entries over 690 days, chained as the real one is."""
        call_command("migrate", verbosity=0, interactive=False)
        begun = time.monotonic()
        told = {"entries": entries, "changes": changes, "units": units, "days": 699}
        with connection.cursor() as cursor:
            cursor.execute(FILL % told)
            cursor.execute("VACUUM ANALYZE audit_entry")
            cursor.execute("VACUUM ANALYZE audit_change")
        return {"took_s": round(time.monotonic() - begun, 1)}

    @staticmethod
    def bulk(*, rows: int) -> dict[str, Any]:  # Any: JSON values
        """Add and change so many devices in one statement each, with the record's triggers and without."""
        from loa.devices.models import Device  # noqa: PLC0415 - late, as all here
        from loa.kernel import scope  # noqa: PLC0415
        from loa.orgs import commands as orgs  # noqa: PLC0415
        from loa.orgs.models import Unit  # noqa: PLC0415

        orgs.import_units(scope.system("bench"), province_code="26")
        unit = Unit.objects.unscoped("bench").get(path="26")
        devices = Device.objects.unscoped("bench")
        steps: dict[str, Callable[[], object]] = {
            "bulk_create": lambda: Device.objects.bulk_create(
                [Device(name=f"Cụm {number}", unit=unit, kind="loudspeaker", is_demo=True) for number in range(rows)]
            ),
            "rename": lambda: devices.update(name=Concat("name", Value(" mới"))),
            "telemetry": lambda: devices.update(seen_at=Now(), connected=True),
        }
        found = {}
        for name in ("", "_unwatched"):
            with transaction.atomic(), connection.cursor() as cursor:
                for trigger in ("insert", "update") if name else ():
                    cursor.execute(f"ALTER TABLE devices_device DISABLE TRIGGER audit_change_{trigger}")
                for what, work in steps.items():
                    begun = time.monotonic()
                    work()
                    found[f"{what}_{rows}{name}_s"] = round(time.monotonic() - begun, 3)
                transaction.set_rollback(True)
        return found

    @staticmethod
    def commands(*, count: int) -> dict[str, Any]:  # Any: JSON values
        """Run a command that changes one row so many times."""
        from loa.audit import commands, rules  # noqa: PLC0415 - late, as all here
        from loa.kernel import scope  # noqa: PLC0415

        fresh = scope.system("bench")
        begun = time.monotonic()
        for number in range(count):
            with transaction.atomic():
                commands.set_retention(fresh, commands.WHOLE, months=rules.MONTHS_USUAL + number % 2, basis="bench")
        return {"one_command_ms": round((time.monotonic() - begun) / count * 1000, 2)}

    @staticmethod
    def verify() -> dict[str, Any]:  # Any: JSON values
        """Verify everything, as the application's role."""
        from loa.audit import verifying  # noqa: PLC0415 - late, as all here

        begun, spent = time.monotonic(), time.process_time()
        found = verifying.verify()
        took_s, spent = time.monotonic() - begun, time.process_time() - spent
        named = sorted({f"{one.fault.value} {one.where}" for one in found.findings})
        return {
            "verify_s": round(took_s, 2), "verify_own_cpu_s": round(spent, 2), "entries": found.entries,
            "changes": found.changes, "rows_s": round((found.entries + found.changes) / took_s), "found": named,
        }  # fmt: skip

    @staticmethod
    def bare() -> dict[str, Any]:  # Any: JSON values
        """Read the same bytes by COPY and hash each line, nothing else."""
        from loa.audit import rules  # noqa: PLC0415 - late, as all here

        begun, size = time.monotonic(), 0
        connection.ensure_connection()
        with connection.connection.cursor() as cursor:
            for query in (
                f"COPY (SELECT previous || {rules.ENTRY_BODY} FROM audit_entry) TO STDOUT",  # noqa: S608 - constants
                f"COPY (SELECT {rules.CHANGE_BODY} FROM audit_change) TO STDOUT",  # noqa: S608 - constants
            ):
                with cursor.copy(query) as copy:
                    for line in copy:
                        hashlib.sha256(line).hexdigest()
                        size += len(line)
        return {"took_s": round(time.monotonic() - begun, 2), "megabytes": size // 1_000_000}


if __name__ == "__main__":
    main()
