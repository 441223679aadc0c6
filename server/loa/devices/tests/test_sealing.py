"""Evidence of a day that is over is sealed: what was removed or altered since is found, also without guards."""

from datetime import timedelta

import pytest

from loa.audit import checkpoints
from loa.audit.tests.making import behind_the_guards, found, sql
from loa.dispatch.tests.making import make_airing, make_devices, make_evidence
from loa.kernel import clock

DAY = timedelta(days=1)


@pytest.fixture
def sealed(world):
    """Evidence of the day before yesterday, sealed by a checkpoint."""
    now = clock.now()
    devices = make_devices(world.commune, count=3)
    airing = make_airing(world)
    for device in devices:
        make_evidence(airing, device, received_at=now - 2 * DAY)
    checkpoints.make(now=now, force=True)
    assert differing() == []
    return airing, devices


def differing():
    return [about for fault, *about in found() if fault == "evidence_differs"]


def test_what_was_played_and_removed_since_is_found_by_its_day(sealed):
    with behind_the_guards():
        sql("DELETE FROM devices_event WHERE id = (SELECT id FROM devices_event LIMIT 1)")

    ((table, day),) = differing()
    assert (table, day) == (
        "devices_event",
        sql("SELECT (received_at + interval '7 hours')::date::text FROM devices_event")[0][0],
    )


def test_what_was_missed_and_is_called_played_since_is_found(sealed):
    with behind_the_guards():
        sql("UPDATE devices_event SET outcome = 'missed' WHERE seq = 1")

    assert len(differing()) == 1


def test_evidence_slipped_into_a_day_that_is_over_is_found(sealed):
    airing, devices = sealed
    make_evidence(airing, devices[0], received_at=clock.now() - 2 * DAY)

    assert len(differing()) == 1


def test_evidence_that_comes_today_is_sealed_tomorrow(sealed):
    airing, devices = sealed
    make_evidence(airing, devices[0], received_at=clock.now())
    assert differing() == []

    checkpoints.make(now=clock.now() + 2 * DAY, force=True)
    with behind_the_guards():
        sql("DELETE FROM devices_event WHERE received_at > now() - interval '1 hour'")

    assert len(differing()) == 1
