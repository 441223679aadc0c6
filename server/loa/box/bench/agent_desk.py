"""The server's side of what an agent costs, as a process: one device, its code, an airing, and what came of it."""

import json
import sys
import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any  # Any: JSON lines are open objects

import django
from django.core.management import call_command
from django.db import close_old_connections

LEAD_S = 6.0


def main() -> None:
    """Answer every line until the input ends."""
    django.setup()
    for line in sys.stdin:
        asked = json.loads(line)
        close_old_connections()
        verbs: dict[str, Callable[..., dict[str, Any]]] = {
            "begin": begin,
            "device": device,
            "connected": connected,
            "air": air,
            "outcome": outcome,
            "refused": refused,
        }
        answer = verbs[asked.pop("do")](**asked)
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


def begin() -> dict[str, Any]:
    """Make tables, keys, a province and one device; return it and its one-time code."""
    call_command("migrate", verbosity=0, interactive=False)
    from loa.devices import keys  # noqa: PLC0415 - late, as all here
    from loa.kernel import clock, scope  # noqa: PLC0415
    from loa.orgs import commands as orgs  # noqa: PLC0415

    keys.ensure_box_keys(now=clock.now())
    orgs.import_units(scope.system("bench"), province_code="26")
    return device()


def device() -> dict[str, Any]:
    """Add a device to a commune; return it and its one-time code."""
    from loa.devices import commands  # noqa: PLC0415
    from loa.kernel import clock, scope  # noqa: PLC0415
    from loa.orgs.models import Unit  # noqa: PLC0415

    system = scope.system("bench")
    unit = Unit.objects.unscoped("bench").filter(level="commune").order_by("path").first()
    (made,) = commands.register_many(system, unit, entries=[commands.NewDevice(name=f"Cụm loa {uuid.uuid4().hex}")])
    return {"code": commands.issue_code(system, made, now=clock.now()), "device": str(made.pk)}


def connected(*, device: str) -> dict[str, Any]:
    """Tell whether a device is on line, what its clock is off, and whether it has followed its last plan."""
    from loa.devices.models import Device  # noqa: PLC0415

    found = Device.objects.unscoped("bench").get(pk=device)
    return {
        "connected": found.connected,
        "clock_offset_ms": found.clock_offset_ms,
        "follows": found.plan is not None and found.reported_plan == found.plan,
        "seq": found.state_seq,
        "published": found.published_seq,
        "pending": found.pending_events,
    }


def air(*, seconds: float, device: str, lead_s: float = LEAD_S, alert: bool = False) -> dict[str, Any]:
    """Put something on the air on a device that lasts about so long, in a while or at once."""
    from loa.dispatch import commands  # noqa: PLC0415
    from loa.kernel import clock, scope  # noqa: PLC0415
    from loa.media import commands as media  # noqa: PLC0415
    from loa.media import queries, speech  # noqa: PLC0415
    from loa.orgs.models import Unit  # noqa: PLC0415
    from loa_protocol.plan import Priority  # noqa: PLC0415

    system, now = scope.system("bench"), clock.now()
    unit = Unit.objects.unscoped("bench").get(path="26")
    words = "Một hai ba bốn năm sáu bảy tám chín mười. " * max(1, round(seconds / 3.5))
    clip = media.keep(system, unit, prepared=speech.speak(words))
    facts = queries.facts([clip.pk])[clip.pk]
    start_at = now + timedelta(seconds=lead_s) if lead_s else None
    airing = commands.request(
        system, unit, title="Đo", clip=facts, start_at=start_at, device_ids=[uuid.UUID(device)],
        priority=Priority.ALERT if alert else Priority.SCHEDULED, source=f"bench:{uuid.uuid4()}", now=now,
    )  # fmt: skip
    left_s = (airing.start_at - clock.now()).total_seconds()
    return {"airing": str(airing.pk), "starts_in_s": left_s, "clip": facts.sha256}


def outcome(*, airing: str) -> dict[str, Any]:
    """Return what the device told of an airing."""
    from loa.devices.models import PlayEvent  # noqa: PLC0415

    told = PlayEvent.objects.filter(airing_id=airing).order_by("seq").values_list("outcome", "reason", "level_dbfs")
    return {"outcomes": [list(row) for row in told]}


def refused(*, device: str) -> dict[str, Any]:
    """Return why a device did not obey, as it told."""
    from loa.devices.models import PlayEvent  # noqa: PLC0415

    told = PlayEvent.objects.filter(device_id=device, outcome="refused").order_by("seq")
    return {"reasons": list(told.values_list("reason", flat=True))}


if __name__ == "__main__":
    main()
