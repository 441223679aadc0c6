"""`kill -9` of each process while 301 devices play: afterwards nothing is lost and nothing is told twice."""

import os
import signal
import subprocess
import uuid

import pytest

pytestmark = [pytest.mark.system, pytest.mark.xdist_group("box"), pytest.mark.timeout(300)]

EVERYONE = 301
OVER_S = 60

_AIR = """
from loa.dispatch import commands
from loa.kernel import clock, scope as scopes
from loa.media import commands as media, queries, speech
from loa.orgs import queries as orgs
scope = scopes.system("test")
unit = orgs.unit_by_code(scope, "26")
clip = media.keep(scope, unit, prepared=speech.speak("Thử loa. Một, hai, ba, bốn, năm, sáu, bảy."))
airing = commands.request(scope, unit, title="Thử loa", clip=queries.facts([clip.pk])[clip.pk], start_at=None,
                          device_ids=None, source="test:" + facts["source"], now=clock.now())
print(json.dumps(str(airing.pk)))
"""

_TERMINAL = """
SELECT outcome, count(*), count(DISTINCT device_id) FROM devices_event
 WHERE airing_id = %s AND outcome <> 'received' GROUP BY outcome
"""


def air(box):
    return uuid.UUID(box.ask(_AIR, source=str(uuid.uuid4())))


def told(box, airing):
    return {outcome: (rows, devices) for outcome, rows, devices in box.rows(_TERMINAL, airing)}


def heard_once_by_everyone(box, airing):
    box.until(lambda: sum(devices for _, devices in told(box, airing).values()) >= EVERYONE, OVER_S)
    assert told(box, airing) == {"played": (EVERYONE, EVERYONE)}


def kill(box, name):
    pid = box.pid(name)
    os.kill(pid, signal.SIGKILL)
    box.until(lambda: box.pid(name) not in {pid, None})


def is_sounding(box, airing):
    return box.scalar("SELECT count(*) FROM devices_event WHERE airing_id = %s AND outcome = 'received'", airing)


@pytest.mark.parametrize("name", ["web", "clock", "worker", "bridge", "postgres"])
def test_an_airing_is_heard_once_by_everyone_though_a_process_is_killed(box, name):
    airing = air(box)
    box.until(lambda: is_sounding(box, airing))

    kill(box, name)

    heard_once_by_everyone(box, airing)
    assert box.until(lambda: box.scalar("SELECT count(*) FROM devices_device WHERE connected") == EVERYONE)


def test_what_is_asked_for_while_the_bridge_is_dead_is_heard_when_it_is_back(box):
    kill(box, "bridge")

    airing = air(box)

    heard_once_by_everyone(box, airing)


def test_a_fleet_that_loses_its_power_in_the_middle_tells_each_play_once(box):
    airing = air(box)
    box.until(lambda: is_sounding(box, airing))

    kill(box, "simulator")

    box.until(lambda: sum(devices for _, devices in told(box, airing).values()) >= EVERYONE, OVER_S)
    outcomes = told(box, airing)
    assert set(outcomes) <= {"played", "partial"}
    assert all(rows == devices for rows, devices in outcomes.values())
    twice = box.scalar(
        "SELECT count(*) FROM (SELECT FROM devices_event WHERE airing_id = %s AND outcome = 'played'"
        " GROUP BY device_id HAVING count(*) > 1) AS doubled",
        airing,
    )
    assert twice == 0


def test_a_box_that_was_killed_whole_comes_back_with_everything(box):
    before = box.scalar("SELECT count(*) FROM devices_event")
    record = box.scalar("SELECT count(*) FROM audit_entry")
    parts = ["web", "clock", "worker", "bridge", "simulator", "agent", "postgres"]
    pids = [box.process.pid, *(box.pid(name) for name in parts)]

    for pid in pids:
        os.kill(pid, signal.SIGKILL)
    box.process.wait()
    box.start()

    assert box.scalar("SELECT count(*) FROM devices_event") >= before
    assert box.scalar("SELECT count(*) FROM audit_entry") >= record
    heard_once_by_everyone(box, air(box))


def test_nothing_outlives_a_supervisor_that_was_killed(box):
    parts = ["web", "clock", "worker", "bridge", "simulator", "agent", "postgres"]
    pids = [box.pid(name) for name in parts]

    box.process.kill()
    box.process.wait()

    box.until(lambda: not any(os.path.exists(f"/proc/{pid}") for pid in pids), 15)  # noqa: PTH110 - a number, not a place
    box.start()


def test_the_record_the_media_and_the_evidence_still_fit(box):
    done = subprocess.run(
        box.command("verify"), env=box.environment, capture_output=True, text=True, check=False, timeout=60
    )

    assert done.returncode == 0, done.stderr
    assert "The evidence makes sense" in done.stderr
