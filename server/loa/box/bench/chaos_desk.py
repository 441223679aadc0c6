"""Who asks for airings while everything is killed: a process that tries again until it is done, never twice."""

import json
import sys
import time
from datetime import timedelta
from typing import Any  # Any: JSON lines are open objects

from django.db import Error, close_old_connections, connection

AGAIN_S = 0.5
GIVE_UP_S = 150.0


def main() -> None:
    """Answer every line until the input ends."""
    from loa.cli import rooms  # noqa: PLC0415 - the place is adopted first

    rooms.load()
    for line in sys.stdin:
        asked = json.loads(line)
        verb = asked.pop("do")
        sys.stdout.write(json.dumps(_persistently(verb, asked)) + "\n")
        sys.stdout.flush()


def _persistently(verb: str, asked: dict[str, Any]) -> dict[str, Any]:
    """Do it, again while the database is away. What is asked for names itself, so that twice is once."""
    deadline = time.monotonic() + GIVE_UP_S
    while True:
        try:
            return {"air": air}[verb](**asked)
        except Error:
            if time.monotonic() > deadline:
                raise
            connection.close()
            close_old_connections()
            time.sleep(AGAIN_S)


def air(*, number: int, everywhere: bool, soon_s: int) -> dict[str, Any]:
    """Ask for an airing, at once or soon; for the province, or for one of its communes."""
    from loa.dispatch import commands  # noqa: PLC0415 - late, as all here
    from loa.kernel import clock  # noqa: PLC0415
    from loa.kernel import scope as scopes  # noqa: PLC0415
    from loa.media import commands as media  # noqa: PLC0415
    from loa.media import queries, speech  # noqa: PLC0415
    from loa.orgs import queries as orgs  # noqa: PLC0415
    from loa_protocol.plan import Priority  # noqa: PLC0415

    scope = scopes.system("chaos")
    units = list(orgs.units(scope).filter(level="commune", closed_on=None).order_by("path"))
    populated = [unit for unit in units if _has_devices(unit.path)]
    top = orgs.units(scope).get(parent=None, closed_on=None)
    unit = top if everywhere else populated[number % len(populated)]
    clip = media.keep(scope, unit, prepared=speech.speak(f"Thử loa lần thứ {number}. Một, hai, ba, bốn, năm."))
    now = clock.now()
    airing = commands.request(
        scope, unit, title=f"Thử loa {number}", clip=queries.facts([clip.pk])[clip.pk],
        start_at=now + timedelta(seconds=soon_s) if soon_s else None, device_ids=None,
        priority=Priority.ALERT if number % 5 == 4 else Priority.SCHEDULED, source=f"chaos:{number}", now=now,
    )  # fmt: skip
    return {"airing": str(airing.pk), "unit": unit.path}


def _has_devices(path: str) -> bool:
    from loa.devices import queries as devices  # noqa: PLC0415

    return bool(devices.enrolled_below(path))


if __name__ == "__main__":
    main()
