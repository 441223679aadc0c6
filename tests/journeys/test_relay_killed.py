"""`kill -9` in the middle of a relay: it comes back within a stated time, and nothing foreign is heard meanwhile.

Two sources follow each other at one station by the grid. In the first the worker that carries it is killed, and what
somebody writes into the database in its place is never signed; in the second it is the bridge.
"""

import json
import os
import signal
import sys
import time
from datetime import UTC, datetime

import av
import numpy as np
import psycopg
import pytest

from loa.box.demo import province
from loa.media.tests.streams import tone
from loa_protocol import live
from tests.journeys.radio import PLAN, RATE, pitch, read

pytestmark = [pytest.mark.system, pytest.mark.xdist_group("box"), pytest.mark.timeout(420)]

HERTZ = {"first": 523, "second": 784}
FOREIGN_HERTZ = 1_500
KILLED_AT_S = 14
WORKER_GAP_S = 20.0
"""A relay is heard again so soon after its worker was killed: another starts, claims it and takes the source in."""

BRIDGE_GAP_S = 30.0
"""And so soon after the bridge was: it starts, devices come back, and hear the opening once more."""

FRAME_S = 60
STEP_S = 0.2
LOUD = 0.02

_FORGED = """
INSERT INTO devices_live_chunk (session_id, seq, play_at, packets, seal, received_at)
SELECT id, %(seq)s, base_at + %(seq)s * interval '1 millisecond' * chunk_ms, %(packets)s, %(seal)s, now()
  FROM devices_live WHERE id = %(session)s ON CONFLICT DO NOTHING RETURNING seq
"""
_LAST = "SELECT max(seq) FROM devices_live_chunk WHERE session_id = %s"
_CODES = "SELECT code FROM dispatch_remark WHERE airing_id = %s ORDER BY id"
_TOLD = """
SELECT outcome, reason FROM devices_event WHERE airing_id = %s AND outcome IN ('played', 'partial', 'missed')
"""
_REFUSALS = "SELECT count(*) FROM devices_event WHERE outcome = 'refused' AND device_id = ANY(%s::uuid[])"


def foreign_packets():
    """A chunk of a loud tone that is no station's."""
    encoder = av.CodecContext.create("libopus", "w")
    encoder.sample_rate, encoder.layout, encoder.format, encoder.bit_rate = RATE, "mono", "flt", 32_000
    encoder.options = {"frame_duration": "20"}
    sound = (0.8 * np.sin(2 * np.pi * FOREIGN_HERTZ * np.arange(round(0.4 * RATE)) / RATE)).astype("f4")
    packets = []
    for start in range(0, len(sound), 960):
        frame = av.AudioFrame.from_ndarray(sound[start : start + 960].reshape(1, -1), format="flt", layout="mono")
        frame.sample_rate, frame.pts = RATE, start
        packets += [bytes(packet) for packet in encoder.encode(frame)]
    return live.pack(packets[:20])


def forge(box, session):
    """Write chunks of a foreign sound into the database, as who has broken into it can; return how many there are."""
    last = box.scalar(_LAST, session)
    with psycopg.connect(box.cluster.url, autocommit=True) as connection:
        facts = {"session": session, "packets": foreign_packets(), "seal": os.urandom(32)}
        return sum(
            len(connection.execute(_FORGED, facts | {"seq": last + 1 + number}).fetchall()) for number in range(12)
        )


def kill(box, name):
    pid = box.pid(name)
    os.kill(pid, signal.SIGKILL)
    box.until(lambda: box.pid(name) not in {pid, None})


def sleep_until(moment_s):
    time.sleep(max(0.0, moment_s - time.time()))


def heard(one, airing, start_s):
    """Return what an agent let sound in each step of the frame: the frequency, 0.0 for silence."""
    whole = np.zeros((FRAME_S + 5) * RATE, np.float32)
    for path in one["recordings"].glob(f"*_{airing}.wav"):
        begun = datetime.strptime(path.name.split("_")[0], "%Y%m%dT%H%M%S.%fZ").replace(tzinfo=UTC).timestamp()
        sound, at = read(path), max(0, round((begun - start_s) * RATE))
        piece = sound[: len(whole) - at]
        whole[at : at + len(piece)] = piece
    size = round(STEP_S * RATE)
    steps = [whole[at : at + size] for at in range(0, FRAME_S * RATE, size)]
    return [pitch(step) if float(np.abs(step).max()) > LOUD else 0.0 for step in steps]


def longest_gap_s(steps):
    """Return the longest silence between two sounds."""
    longest, since = 0, None
    for number, hertz in enumerate(steps):
        if hertz:
            longest = max(longest, 0 if since is None else number - since - 1)
            since = number
    return longest * STEP_S


def test_a_relay_outlives_its_worker_and_the_bridge_and_nothing_unsigned_is_heard_meanwhile(box, icecast, agents):
    for mount, hertz in HERTZ.items():
        icecast.feed(tone(20, hertz=hertz), lasts_s=20, mount=mount)
    ids = [one["id"] for one in agents]
    made, start_at = {}, None
    for mount in HERTZ:
        title = f"Tiếp sóng {mount} ({time.time():.0f})"
        facts = {"commune": province.HOME, "address": icecast.at(mount), "title": title, "ids": ids}
        made[mount] = box.ask(PLAN, **facts, ahead_s=60.0, start_at=start_at)
        start_at = made["first"]["start_at"] + FRAME_S
    (first, first_s), (second, second_s) = ((one["airing"], one["start_at"]) for one in made.values())
    assert second_s == first_s + FRAME_S

    sleep_until(first_s + KILLED_AT_S)
    kill(box, "worker")
    forged = forge(box, first)
    sleep_until(second_s + KILLED_AT_S)
    kill(box, "bridge")
    box.until(lambda: "ended" in [code for (code,) in box.rows(_CODES, second)], 90)
    box.until(lambda: len(box.rows(_TOLD, second)) == len(agents), 60)

    steps = {
        (one["name"], mount): heard(one, made[mount]["airing"], made[mount]["start_at"])
        for one in agents
        for mount in HERTZ
    }
    gaps = {mount: [longest_gap_s(told) for (_, of), told in steps.items() if of == mount] for mount in HERTZ}
    sys.stderr.write(
        f"\nrelay: silent for {gaps['first']} s after its worker was killed, {gaps['second']} s after the bridge was;"
        f" {forged} foreign chunks written; told {json.dumps([box.rows(_TOLD, one) for one in (first, second)])}\n"
    )
    assert forged > 0
    assert max(gaps["first"]) < WORKER_GAP_S
    assert max(gaps["second"]) < BRIDGE_GAP_S
    assert [code for (code,) in box.rows(_CODES, first)].count("taken_over") == 1
    for (_, mount), told in steps.items():
        sounded = [hertz for hertz in told if hertz]
        assert sum(abs(hertz - HERTZ[mount]) < 6 for hertz in sounded) >= 0.97 * len(sounded)
        assert not [hertz for hertz in sounded if abs(hertz - FOREIGN_HERTZ) < 100]
        assert any(told[-15:])
    assert box.scalar(_REFUSALS, ids) == 0
