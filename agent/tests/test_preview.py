"""What the preview says is what the agent does: the real stage of a device beside it, for any plan."""

from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from loa_agent.effects import Arm
from loa_protocol import canonical, config, plan, preview
from loa_protocol.plan import LateRule, Priority, ResumeRule

from .conftest import AREA, NOON, Server, Unit, airing, at

SERVER = Server()

some = st.builds(
    airing,
    start=st.integers(5, 400),
    seconds=st.integers(1, 90),
    window=st.integers(2, 200),
    priority=st.sampled_from([Priority.ALERT, Priority.PRIORITY, Priority.SCHEDULED, Priority.RELAY]),
    late_rule=st.sampled_from(LateRule),
    late_tolerance_ms=st.integers(0, 90).map(lambda seconds: seconds * 1000),
    resume_rule=st.sampled_from(ResumeRule),
)
plans = st.lists(some, min_size=1, max_size=7).map(
    lambda airings: [airing_with(one, number) for number, one in enumerate(airings)]
)


def airing_with(one, number):
    return plan.PlannedAiring(**{name: getattr(one, name) for name in one.__dataclass_fields__} | {"id": f"a{number}"})


def previewed(airings, *, is_muted=False):
    return preview.conclusions(preview.run(whole(airings), start=NOON, end=at(2_000), is_muted=is_muted))


def whole(airings):
    return plan.Plan(start_at=at(-86_400), end_at=at(7 * 86_400), airings=airings)


def muted(unit, airings):
    """Let a device hold a plan, and a configuration that silences it."""
    held = plan.encode(whole(airings)), config.encode(config.Config(area=AREA, is_muted=True))
    names = [canonical.sha256(content) for content in held]
    unit.hear_state(SERVER.state(plan=names[0], config=names[1]))
    for name, content in zip(names, held, strict=True):
        unit.core.document(name, content, NOON)
    unit.tick(NOON)


@settings(max_examples=300, deadline=None)
@given(plans)
def test_a_device_does_what_the_preview_says(airings):
    unit = Unit(SERVER)
    unit.follow(*airings)
    unit.play_until(at(2_000))

    did = sorted((name, outcome, reason) for name, outcome, reason in unit.outcomes() if outcome != "received")
    assert did == sorted((one.airing, one.outcome, one.reason) for one in previewed(airings))

    begun = {}
    for one in (one for one in unit.done if isinstance(one, Arm)):
        begun.setdefault(one.airing.id, []).append(one.at)
    foretold = [one for one in previewed(airings) if one.started_at is not None]
    assert all(
        any(abs(start - one.started_at) < timedelta(milliseconds=2) for start in begun[one.airing]) for one in foretold
    )


@settings(max_examples=150, deadline=None)
@given(plans)
def test_a_silenced_device_does_what_the_preview_says(airings):
    unit = Unit(SERVER)
    muted(unit, airings)
    unit.play_until(at(2_000))

    did = sorted((name, outcome, reason) for name, outcome, reason in unit.outcomes() if outcome != "received")
    assert did == sorted((one.airing, one.outcome, one.reason) for one in previewed(airings, is_muted=True))
