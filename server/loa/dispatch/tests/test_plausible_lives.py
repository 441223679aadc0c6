"""Whatever the agent's own stage lives through, what it tells is never called odd."""

import json
from dataclasses import replace
from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as some

from loa.devices.queries import EvidenceRow
from loa.dispatch import plans, plausibility
from loa.dispatch.models import Airing
from loa.dispatch.tests.making import CLIP, HOUR, NOW
from loa_agent.effects import Arm
from loa_agent.evidence import Evidence
from loa_agent.stage import Stage
from loa_agent.store import MemoryStore
from loa_protocol import canonical, uuid7
from loa_protocol.plan import Plan, Priority, ResumeRule

SECOND = timedelta(seconds=1)
STEP = SECOND / 2
NEVER = 1000
LENGTH_S = 20


class Device:
    """The agent's stage, and an output that keeps time by the device's own clock. The store outlives power cuts."""

    def __init__(self, *, slow_s):
        self.store, self.slow = MemoryStore(), slow_s * SECOND
        self.boot(NOW - HOUR, plan=None)

    def boot(self, moment, *, plan):
        self.effects, self.armed, self.sounding = [], None, None
        evidence = Evidence(self.store, device="d", key=b"k" * 32)
        self.stage = Stage(
            store=self.store, evidence=evidence, effects=self.effects, born_at=NOW - HOUR, boot_at=moment
        )
        self.stage.restore(plan, [])

    def live(self, moment):
        self.stage.checkpoint(moment)
        self.stage.tick(moment)
        while self.effects:
            effect = self.effects.pop(0)
            if isinstance(effect, Arm):
                self.armed = effect
            elif self.armed is not None and self.armed.airing.id == effect.airing:
                self.armed = None
            else:
                self.fall_silent(moment, effect.airing)
        if self.sounding is not None and moment >= self.sounding[1]:
            self.fall_silent(moment, self.sounding[0])
        if self.armed is not None and moment >= self.armed.at + self.slow:
            arm, self.armed, before = self.armed, None, self.sounding
            self.sounding = (arm.airing.id, moment + arm.airing.duration - arm.position)
            self.stage.started(arm.airing.id, moment)
            if before is not None:
                self.stage.ended(before[0], moment, level_dbfs=-20.0)

    def fall_silent(self, moment, name):
        if self.sounding is not None and self.sounding[0] == name:
            self.sounding = None
            self.stage.ended(name, moment, level_dbfs=-20.0)


def lived(planned, *, drift, learned_s, cut_s, dark_s, stopped_s, alert_s, slow_s):
    """Return what a device tells of an airing after such a life; seconds count from its start, by its own clock."""
    plan = Plan(start_at=NOW - HOUR, end_at=NOW + HOUR, airings=[planned])
    alert = replace(
        planned, id="alert", priority=Priority.ALERT, start_at=NOW + alert_s * SECOND, end_at=NOW + NEVER * SECOND
    )
    device = Device(slow_s=slow_s)
    adopted = stopped = alerted = False
    moment, back_at = NOW - 3 * SECOND, None
    while moment < NOW + 200 * SECOND:
        since = (moment - NOW) / SECOND
        if back_at is None and since >= cut_s:
            back_at = moment + dark_s * SECOND
        if back_at is not None and moment < back_at:
            moment = back_at
            device.boot(moment, plan=plan if adopted else None)
            continue
        if not adopted and since >= learned_s:
            adopted = True
            device.stage.adopt(plan, moment)
        if not alerted and since >= alert_s - 5:
            alerted = True
            device.stage.take(alert)
        if not stopped and since >= stopped_s:
            stopped = True
            device.stage.stop(planned.id, moment, forget_at=NOW + HOUR)
        device.live(moment)
        moment += STEP
    rows = [json.loads(content) for _number, content in device.store.evidence()]
    return [row(event, drift=drift) for event in rows if event["airing"] == planned.id]


def row(event, *, drift):
    """The server receives it when it was told; the device's clock is `drift` ahead."""
    moments = {
        name: canonical.from_wire(event[name]) if name in event else None for name in ("started_at", "ended_at", "at")
    }
    measures = {name: event.get(name) for name in ("clip", "lateness_ms", "level_dbfs", "volume_pct")}
    return EvidenceRow(
        id=uuid7.make(), device_id=uuid7.make(), airing_id=uuid7.make(), seq=event["seq"], outcome=event["outcome"],
        reason=event.get("reason", ""), clock_offset_ms=round(drift / timedelta(milliseconds=1)),
        received_at=moments["at"] - drift, **moments, **measures,
    )  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(
    late_rule=some.sampled_from(["start", "join", "skip"]),
    resume_rule=some.sampled_from(ResumeRule),
    drift_s=some.integers(-60, 60),
    learned_s=some.sampled_from([-3, -3, 10, 59, 100]),
    cut_s=some.sampled_from([NEVER, -2, 1, 5, 19, 21, 61]),
    dark_s=some.sampled_from([3, 30, 90]),
    stopped_s=some.sampled_from([NEVER, NEVER, -1, 7, 70]),
    alert_s=some.sampled_from([NEVER, NEVER, -10, 0, 8, 55]),
    slow_s=some.sampled_from([0, 0.5, 4]),
)
def test_no_life_of_the_agent_is_odd(late_rule, resume_rule, drift_s, **life):
    airing = Airing(
        start_at=NOW, end_at=NOW + (60 + LENGTH_S) * SECOND, clip_sha256=CLIP.sha256, clip_size_bytes=1,
        clip_duration_ms=LENGTH_S * 1000, priority=20, late_rule=late_rule, late_tolerance_ms=60_000,
    )  # fmt: skip
    planned = replace(plans.planned(airing), resume_rule=resume_rule)

    told = lived(planned, drift=drift_s * SECOND, **life)

    assert told or life["learned_s"] > 0 or life["stopped_s"] < 0
    sounding = [one for one in told if plausibility.is_sounding(one)]
    possible = plausibility.bounds(airing)
    assert [plausibility.oddity(one, possible, beside=told) for one in sounding] == [None] * len(sounding)
