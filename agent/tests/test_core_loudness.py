"""How loud a device sounds: never above the ceilings of its plan, whatever was ordered, also alone."""

import pytest

from loa_agent.effects import Arm
from loa_protocol import canonical, plan

from .conftest import NOON, Unit, airing, at

NOON_BAND = plan.Ceiling(start_min=690, end_min=750, most_pct=25)  # 11:30 to 12:30 at the place
ALWAYS = plan.Ceiling(start_min=0, end_min=1440, most_pct=60)
ALARM = plan.Ceiling(start_min=0, end_min=1440, most_pct=90, is_alert=True)


def follow(unit, *airings, ceilings=(ALWAYS, NOON_BAND, ALARM)):
    held = plan.Plan(start_at=at(-86400), end_at=at(7 * 86400), airings=airings, ceilings=ceilings)
    content = plan.encode(held)
    unit.hear_state(unit.server.state(plan=canonical.sha256(content)), NOON)
    unit.core.document(canonical.sha256(content), content, NOON)
    unit.tick(NOON)


def armed(unit):
    return [effect.volume_pct for effect in unit.done if isinstance(effect, Arm)]


@pytest.mark.parametrize(
    ("start", "volumes", "expected"),
    [
        (60, (None, 100), 25),
        (60, (10, 100), 10),
        (60, (None, 20), 20),
        (1795, (None, 100), 25),
        (1800, (None, 100), 60),
        (1800, (100, 30), 60),
    ],
)
def test_the_lowest_ceiling_wins_over_what_was_asked_or_ordered(unit, server, start, volumes, expected):
    asked, ordered = volumes
    unit.hear_command(server.command("volume", number=ordered))
    follow(unit, airing("a", start=start, seconds=10, volume_pct=asked))

    unit.tick(at(start - 1))

    assert armed(unit) == [expected]


def test_an_alert_is_bound_by_its_own_ceiling_alone(unit, server):
    follow(unit)
    urgent = airing("alarm", start=5, priority=plan.Priority.ALERT, volume_pct=100)

    unit.hear_now(server.now(airing=urgent))
    unit.tick(at(4))

    assert armed(unit) == [90]


def test_what_came_by_an_urgent_message_obeys_the_plan_as_well(unit, server):
    follow(unit)

    unit.hear_now(server.now(airing=airing("now", start=5, volume_pct=100)))
    unit.tick(at(4))

    assert armed(unit) == [25]


def test_a_device_that_starts_again_alone_still_keeps_to_it(unit, server):
    follow(unit, airing("a", start=60))
    unit.hear_command(server.command("volume", number=100))

    again = Unit(server, store=unit.store)
    again.tick(at(59))

    assert armed(again) == [25]
