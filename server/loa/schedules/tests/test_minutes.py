from datetime import timedelta

from loa.bulletins import commands as bulletins
from loa.bulletins.rules import Facts
from loa.bulletins.tests.making import HEARD, NOW, make_clip
from loa.dispatch.tests.making import make_devices
from loa.schedules import minutes
from loa.schedules.tests.test_deciding import aired

DAY = timedelta(days=1)


def approved(world, language, *, duration_ms):
    bulletin = bulletins.write(
        world.officer, world.commune, title="Tin", text="Tin.", author_id=world.officer_user.pk,
        clip_id=make_clip(world.commune, duration_ms=duration_ms).pk, facts=Facts(language=language), now=NOW,
    )  # fmt: skip
    bulletins.submit(world.officer, bulletin, now=NOW)
    bulletins.approve(world.leader, bulletin, number=1, hearing=HEARD, now=NOW)
    return bulletin


def test_minutes_on_the_air_are_told_by_language_and_only_of_the_period_and_the_scope(world):
    make_devices(world.commune)
    muong, tay = approved(world, "mtq", duration_ms=60_000), approved(world, "tyz", duration_ms=30_000)
    for hours in (1, 3):
        aired(world, muong, start_at=NOW + timedelta(hours=hours))
    aired(world, tay, start_at=NOW + timedelta(hours=5))

    day = {"start_at": NOW, "end_at": NOW + DAY}
    assert minutes.by_language(world.officer, **day) == {
        "mtq": timedelta(minutes=2),
        "tyz": timedelta(seconds=30),
    }
    assert minutes.by_language(world.officer, start_at=NOW + DAY, end_at=NOW + 2 * DAY) == {}
    assert minutes.by_language(world.outsider, **day) == {}
