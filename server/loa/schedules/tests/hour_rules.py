"""Hour rules for tests of this room and of those above."""

from datetime import date

from loa.bulletins.tests.making import NOW
from loa.schedules import commands, rule_preview
from loa.schedules.rules.hours import Window

TODAY = date(2026, 11, 23)
MORNING, EVENING = Window(330, 420), Window(990, 1080)
"""05:30 to 07:00, 16:30 to 18:00."""


def every_day(*windows):
    return {day: list(windows) for day in range(7)}


def propose(world, *, unit=None, by=None, now=NOW, **about):
    """Let the commune's officer propose hours from today on."""
    first = {"first": TODAY, "last": None, "windows": every_day(MORNING, EVENING)}
    return commands.propose_hours(by or world.officer, unit or world.commune, now=now, **first | about)


def lay_down(world, *, unit=None, by=None, leader=None, loses=None, now=NOW, **about):
    """Let the commune's leader lay down what its officer proposed."""
    rule = propose(world, unit=unit, by=by, now=now, **about)
    digest = rule_preview.preview(rule, now=now).digest
    return commands.lay_down_hours(leader or world.leader, rule, preview=digest, loses=loses, now=now)
