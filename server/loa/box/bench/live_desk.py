"""The speaker of a measurement of live speech, as a process: speaks in real time, then counts what was heard."""

import json
import os
import re
import sys
import time
import uuid
from collections import Counter
from datetime import timedelta
from typing import Any  # Any: JSON lines are open objects

import django
from django.db import close_old_connections

PROVINCE = "26"
PACKET_BYTES = 78
"""With its two bytes of length 32 kb/s in packets of 20 ms."""

_HEARD = """
SELECT outcome, reason, started_at, lateness_ms FROM devices_event
 WHERE airing_id = %s AND outcome IN ('played', 'partial', 'missed')
"""


def main() -> None:
    """Answer every line until the input ends."""
    django.setup()
    for line in sys.stdin:
        asked = json.loads(line)
        close_old_connections()
        answer = (speak if asked.pop("do") == "speak" else heard)(**asked)
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


def speak(*, seconds: int) -> dict[str, Any]:  # Any: JSON values
    """Speak to the whole province for so long, a chunk each 400 ms as it is complete; return when it was heard."""
    from loa.devices import live, rules  # noqa: PLC0415 - rooms are imported late, when Django stands
    from loa.dispatch import commands as dispatching  # noqa: PLC0415
    from loa.kernel import clock, scope  # noqa: PLC0415
    from loa.orgs.models import Unit  # noqa: PLC0415
    from loa_protocol.live import PACKET_MS, pack  # noqa: PLC0415

    system = scope.system("bench")
    unit = Unit.objects.unscoped("bench").get(path=PROVINCE)
    airing = dispatching.speak(
        system, unit, units=[unit], title="bench", lasts=timedelta(minutes=20), speaker="1", requested_by="bench",
        now=clock.now(),
    )  # fmt: skip
    time.sleep(3)  # as long as a page counts in
    session = live.get(airing.pk)
    assert session is not None  # noqa: S101 - it was opened a line above
    chunk_s = session.chunk_ms / 1000.0
    per_chunk = session.chunk_ms // PACKET_MS
    begun_at, begun = clock.now(), time.monotonic()
    sent = 0
    for seq in range(round(seconds / chunk_s)):
        packets = pack([os.urandom(PACKET_BYTES) for _ in range(per_chunk)])
        time.sleep(max(0.0, begun + (seq + 1) * chunk_s - time.monotonic()))
        live.take(session, seq, packets, now=clock.now())
        sent += len(packets)
    dispatching.close_speech(system, airing, reason=rules.LiveEnd.ENDED, now=clock.now())
    session.refresh_from_db()
    assert session.base_at is not None  # noqa: S101 - something was said
    return {
        "airing": str(airing.pk),
        "mouth_to_ear_s": round((session.base_at - begun_at).total_seconds(), 3),
        "kbit_s": round(sent * 8 / 1000 / seconds, 1),
    }


def heard(*, airing: str, expected: int, timeout_s: float) -> dict[str, Any]:  # Any: JSON values
    """Wait for what the devices tell of it; return how whole and how together they were."""
    from django.db import connection  # noqa: PLC0415 - see `speak`

    deadline = time.monotonic() + timeout_s
    while True:
        with connection.cursor() as cursor:
            cursor.execute(_HEARD, [uuid.UUID(airing)])
            rows = cursor.fetchall()
        if len(rows) >= expected or time.monotonic() > deadline:
            break
        time.sleep(0.2)
    shares = [_share(reason) for _, reason, *_ in rows]
    shares += [0.0] * (expected - len(rows))
    starts = sorted(at for _, _, at, _ in rows if at is not None)
    spans = [(at - starts[0]).total_seconds() * 1000 for at in starts]
    late = sorted(ms for *_, ms in rows if ms is not None)
    return {
        "late_p99_ms": late[int(0.99 * (len(late) - 1))] if late else None,
        "told": dict(Counter(f"{outcome} {reason}" for outcome, reason, *_ in rows).most_common(5)),
        "played": sum(outcome == "played" for outcome, *_ in rows),
        "least_chunks_pct": round(100 * min(shares), 2),
        "skew_p99_ms": round(spans[int(0.99 * (len(spans) - 1))], 1) if spans else None,
    }


def _share(reason: str) -> float:
    told = re.fullmatch(r"live_(\d+)_(\d+)", reason)
    return int(told[1]) / int(told[2]) if told else 0.0


if __name__ == "__main__":
    main()
