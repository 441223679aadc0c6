"""The server's side of a measurement, as a process: seeds, publishes and counts as it is told, a JSON line each."""

import base64
import json
import os
import sys
import time
import uuid
from datetime import timedelta
from pathlib import Path
from typing import Any  # Any: JSON lines are open objects

import django
from django.core.management import call_command
from django.db import close_old_connections

PROVINCE = "26"
CLIP_BYTES = 16_000


def main() -> None:
    """Answer every line until the input ends."""
    django.setup()
    for line in sys.stdin:
        asked = json.loads(line)
        close_old_connections()  # the database may have been restarted
        answer = getattr(Desk, asked.pop("do"))(**asked)
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


class Desk:
    """What can be asked; rooms are imported late, when Django stands."""

    @staticmethod
    def seed(*, devices: int, file: str, certified: bool = False) -> dict[str, Any]:  # Any: JSON values
        """Make tables, keys, a province with communes, and enrolled devices; write their identities."""
        call_command("migrate", verbosity=0, interactive=False)
        from django.db import connection  # noqa: PLC0415

        from loa.devices import commands, keys  # noqa: PLC0415 - late, as all here
        from loa.kernel import clock, scope  # noqa: PLC0415
        from loa.orgs import commands as orgs  # noqa: PLC0415
        from loa.orgs.models import Unit  # noqa: PLC0415

        keys.ensure_box_keys(now=clock.now())
        system = scope.system("bench")
        orgs.import_units(system, province_code=PROVINCE)
        units = list(Unit.objects.unscoped("bench").filter(level="commune").order_by("path"))
        top = Unit.objects.unscoped("bench").get(path=PROVINCE)
        entries = [
            commands.NewDevice(name=f"Cụm {number}", unit=units[number % len(units)], is_demo=True)
            for number in range(devices)
        ]
        begun = time.monotonic()
        made = commands.register_many(system, top, entries=entries)
        ids = [row.pk for row in made]
        identities = commands.provision_fleet(system, top, device_ids=ids, now=clock.now(), certified=certified)
        took_s = time.monotonic() - begun
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")  # as the database does by itself within a minute
        with Path(file).open("w") as out:
            out.writelines(json.dumps(identity.answer()) + "\n" for identity in identities)
        return {"provision_s": round(took_s, 2)}

    @staticmethod
    def host() -> dict[str, Any]:  # Any: JSON values
        """Make a certificate for our own listener; return the settings that name it."""
        from loa.devices import certificates  # noqa: PLC0415
        from loa.kernel import clock  # noqa: PLC0415

        now = clock.now()
        certificate, key = certificates.Authority(now=now).issue_host(["127.0.0.1"], now=now)
        return {"LOA_MQTT_TLS_CERT": str(certificate), "LOA_MQTT_TLS_KEY": str(key)}

    @staticmethod
    def clip() -> dict[str, Any]:  # Any: JSON values
        """Store something to play and return its digest."""
        from loa.media import store  # noqa: PLC0415

        return {"sha256": store.put(os.urandom(CLIP_BYTES))}

    @staticmethod
    def now(*, sha256: str) -> dict[str, Any]:  # Any: JSON values
        """Publish an urgent message to the whole province; return when the command began, and the airing."""
        from loa.devices import commands  # noqa: PLC0415
        from loa.devices.models import Outbound  # noqa: PLC0415
        from loa.kernel import clock, scope  # noqa: PLC0415
        from loa.orgs.models import Unit  # noqa: PLC0415
        from loa_protocol.messages import NowKind  # noqa: PLC0415

        unit = Unit.objects.unscoped("bench").get(path=PROVINCE)
        now = clock.now()
        airing = _airing(sha256, now)
        begun = time.monotonic()
        commands.publish_now(
            scope.system("bench"), unit, kind=NowKind.PLAY, airing=airing, expires_at=airing.end_at, now=now
        )
        committed = time.monotonic()
        message = str(Outbound.objects.order_by("-pk").values_list("message", flat=True)[0])
        return {
            "begun_ms": begun * 1000,
            "command_ms": (committed - begun) * 1000,
            "airing": airing.id,
            "message": message,
        }

    @staticmethod
    def silence() -> dict[str, Any]:  # Any: JSON values
        """Silence the whole province; return when the command began, and what receipts name."""
        from loa.devices import commands  # noqa: PLC0415
        from loa.devices.models import Outbound  # noqa: PLC0415
        from loa.kernel import clock, scope  # noqa: PLC0415
        from loa.orgs.models import Unit  # noqa: PLC0415
        from loa_protocol import uuid7  # noqa: PLC0415

        unit = Unit.objects.unscoped("bench").get(path=PROVINCE)
        begun = time.monotonic()
        said = commands.silence(scope.system("bench"), unit, reason=f"bench {uuid7.make()}", now=clock.now())
        committed = time.monotonic()
        message = str(Outbound.objects.order_by("-pk").values_list("message", flat=True)[0])
        return {
            "begun_ms": begun * 1000,
            "command_ms": (committed - begun) * 1000,
            "airing": str(said.pk),
            "message": message,
        }

    @staticmethod
    def token(*, sha256: str, seq: int) -> dict[str, Any]:  # Any: JSON values
        """Return a signed message of the same kind and size, to be published by other means."""
        from loa.kernel import clock  # noqa: PLC0415
        from loa_protocol import messages, uuid7  # noqa: PLC0415

        airing = _airing(sha256, clock.now())
        return _token(messages.Now(
            area=PROVINCE, seq=seq, id=str(uuid7.make()), kind=messages.NowKind.PLAY, airing=airing,
            iat=int(clock.now().timestamp()), exp=int(airing.end_at.timestamp()),
        ))  # fmt: skip

    @staticmethod
    def silence_token() -> dict[str, Any]:  # Any: JSON values
        """Return a signed silence, to be published by other means: with the next number, so that devices take it."""
        from django.db import connection  # noqa: PLC0415

        from loa.kernel import clock  # noqa: PLC0415
        from loa_protocol import messages, uuid7  # noqa: PLC0415

        with connection.cursor() as cursor:
            cursor.execute("SELECT nextval(pg_get_serial_sequence('devices_outbound', 'id'))")
            (seq,) = cursor.fetchone()
        moment, silence = int(clock.now().timestamp()), str(uuid7.make())
        return _token(messages.Now(
            area=PROVINCE, seq=seq, id=str(uuid7.make()), kind=messages.NowKind.STOP, silence=silence,
            iat=moment, exp=moment + 600,
        )) | {"airing": silence}  # fmt: skip

    @staticmethod
    def receipts(*, airing: str, expected: int, timeout_s: float) -> dict[str, Any]:  # Any: JSON values
        """Wait until so many devices' receipts of an airing are committed; return when that was."""
        from loa.devices.models import PlayEvent  # noqa: PLC0415

        rows = PlayEvent.objects.filter(airing_id=uuid.UUID(airing), outcome="received")
        deadline = time.monotonic() + timeout_s
        while (count := rows.count()) < expected and time.monotonic() < deadline:
            time.sleep(0.02)
        at_ms = time.monotonic() * 1000
        return {"at_ms": at_ms, "count": count, "devices": rows.values("device_id").distinct().count()}

    @staticmethod
    def tally() -> dict[str, Any]:  # Any: JSON values
        """Count all evidence, and its distinct device sequence numbers."""
        from django.db import connection  # noqa: PLC0415

        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*), count(DISTINCT (device_id, seq)) FROM devices_event")
            committed, distinct = cursor.fetchone()
        return {"committed": committed, "distinct": distinct}

    @staticmethod
    def told() -> dict[str, Any]:  # Any: JSON values
        """Count the devices that were seen within a minute, and all readings."""
        from django.db import connection  # noqa: PLC0415

        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT (SELECT count(*) FROM devices_device WHERE seen_at > now() - interval '1 minute'),"
                " (SELECT count(*) FROM devices_reading)"
            )
            seen, readings = cursor.fetchone()
        return {"seen": seen, "readings": readings}

    @staticmethod
    def forget() -> dict[str, Any]:  # Any: JSON values
        """Empty the evidence table."""
        from django.db import connection, transaction  # noqa: PLC0415

        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET LOCAL session_replication_role = 'replica'")  # past the guards
            cursor.execute("TRUNCATE devices_event")
        return {}


def _token(told: Any) -> dict[str, Any]:  # Any: types of rooms that are imported late, and JSON values
    """Return a message as it is published, signed by the box's own key."""
    from loa.devices import keys  # noqa: PLC0415
    from loa.kernel import clock  # noqa: PLC0415
    from loa_protocol import signing, topics  # noqa: PLC0415

    token = signing.sign(told.claims(), keys.load_signer(now=clock.now()).key, signing.Purpose.NOW)
    return {"topic": topics.area_now(PROVINCE), "token": base64.b64encode(token).decode(), "message": told.id}


def _airing(sha256: str, now: Any) -> Any:  # Any: types of rooms that are imported late
    """Return an airing an hour ahead: it is verified, fetched and held, and no sound disturbs the figures."""
    from loa_protocol import plan, uuid7  # noqa: PLC0415

    start = now + timedelta(hours=1)
    clip = plan.Clip(sha256=sha256, size_bytes=CLIP_BYTES, duration_ms=4_000)
    return plan.PlannedAiring(id=str(uuid7.make()), start_at=start, end_at=start + timedelta(minutes=1), clips=(clip,))


if __name__ == "__main__":
    main()
