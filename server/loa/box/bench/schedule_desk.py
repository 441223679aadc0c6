"""The server's side of the measurement of programmes: an entry for a province, approved, and the plan it becomes."""

import json
import os
import sys
import time
import uuid
from datetime import timedelta
from typing import Any  # Any: JSON lines are open objects

import django
from django.db import close_old_connections

from loa.box.bench import desk
from loa.box.bench.desk import PROVINCE
from loa.box.bench.signin_desk import PASSWORD

_TUNE_MS = 4_000


def main() -> None:
    """Answer every line until the input ends."""
    django.setup()
    for line in sys.stdin:
        asked = json.loads(line)
        close_old_connections()
        answer = getattr(Desk, asked.pop("do"))(**asked)
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


class Desk(desk.Desk):
    """What can be asked besides; rooms are imported late, when Django stands."""

    @staticmethod
    def write() -> dict[str, Any]:  # Any: JSON values
        """Write an entry for the whole province and hand it in; return what its approval names."""
        from loa.kernel import clock, scope  # noqa: PLC0415 - late, as all here
        from loa.orgs.models import Unit  # noqa: PLC0415
        from loa.schedules import commands, planning, programme  # noqa: PLC0415
        from loa.schedules.rules import ZONE  # noqa: PLC0415
        from loa.schedules.rules.entries import EntryKind  # noqa: PLC0415
        from loa.schedules.wishes import Wish  # noqa: PLC0415

        now, system = clock.now(), scope.system("bench")
        unit = Unit.objects.unscoped("bench").get(path=PROVINCE)
        wish = Wish(
            kind=EntryKind.MUSIC,
            title="Nhạc hiệu",
            clip_id=_tune(unit),
            at=(now.astimezone(ZONE) + timedelta(minutes=30)).time().replace(second=0, microsecond=0),
            frame=timedelta(minutes=5),
            rule="FREQ=DAILY",
            start_on=planning.today(now),
        )
        version = commands.write(system, unit, wish=wish, now=now)
        sha256 = programme.agreed(programme.versions(version.entry)[0])
        commands.submit(system, version.entry, sha256=sha256, confirmed=True, now=now)
        return {"entry": str(version.entry_id), "sha256": sha256}

    @staticmethod
    def approve(*, entry: str, sha256: str) -> dict[str, Any]:  # Any: JSON values
        """Approve it as a person; return when that began and how long it took."""
        from loa.accounts import commands as accounts  # noqa: PLC0415
        from loa.kernel import clock, scope  # noqa: PLC0415
        from loa.kernel.scope import Actor, ActorKind, Scope  # noqa: PLC0415
        from loa.schedules import commands, programme  # noqa: PLC0415

        system = scope.system("bench")
        person = accounts.create_user(
            system, username="lanh.dao", full_name="Lý Văn Duyệt", password=PASSWORD, must_change=False
        )
        leader = Scope(actor=Actor(kind=ActorKind.PERSON, id=str(person.pk), name="bench"), everywhere=True)
        found = programme.get(system, uuid.UUID(entry))
        begun = time.monotonic()
        commands.approve_entry(leader, found, number=1, sha256=sha256, wakes=99_999, now=clock.now())
        return {"begun_ms": begun * 1000, "command_ms": (time.monotonic() - begun) * 1000}

    @staticmethod
    def planned(*, timeout_s: float) -> dict[str, Any]:  # Any: JSON values
        """Wait until the entry's days are on the plan and all plans are assigned; return the plan of most devices."""
        from django.db.models import Count  # noqa: PLC0415

        from loa.devices.models import Device  # noqa: PLC0415
        from loa.dispatch.models import Pending  # noqa: PLC0415
        from loa.schedules.models import Entry  # noqa: PLC0415

        deadline = time.monotonic() + timeout_s
        entries = Entry.objects.unscoped("bench").filter(planned_until__isnull=True, versions__state="approved")
        while entries.exists() or Pending.objects.exists():
            if time.monotonic() > deadline:
                break
            time.sleep(0.02)
        at_ms = time.monotonic() * 1000
        counted = Device.objects.unscoped("bench").exclude(plan=None).values("plan").annotate(count=Count("pk"))
        plans = {row["plan"]: row["count"] for row in counted.order_by("-count")}
        return {"at_ms": at_ms, "plan": next(iter(plans), ""), "plans": len(plans)}


def _tune(unit: Any) -> Any:  # Any: a unit, and an id
    """Keep some sound as a tune of the unit; return its clip."""
    from loa.kernel import clock, scope  # noqa: PLC0415
    from loa.media import commands, store  # noqa: PLC0415
    from loa.media.rules import PreparedClip, TuneUse  # noqa: PLC0415

    content = os.urandom(desk.CLIP_BYTES)
    prepared = PreparedClip(
        sha256=store.put(content), size_bytes=len(content), duration_ms=_TUNE_MS, loudness_lufs=-16.0,
        true_peak_dbtp=-1.6, level_dbfs=-19.0, envelope=[50] * 120, voice="", source="upload",
    )  # fmt: skip
    system = scope.system("bench")
    clip = commands.keep(system, unit, prepared=prepared)
    commands.add_tune(system, unit, clip=clip, name="Nhạc hiệu", use=next(iter(TuneUse)), now=clock.now())
    return clip.pk


if __name__ == "__main__":
    main()
