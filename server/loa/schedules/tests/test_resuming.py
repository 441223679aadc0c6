"""What becomes of an item of the programme that was broken off: words go on, music does not; the plan says so."""

from datetime import timedelta

import pytest

from loa.dispatch import plans
from loa.dispatch.models import Airing
from loa.dispatch.tests.making import make_devices
from loa.schedules.rules.entries import EntryKind, resume_rule
from loa.schedules.tests.programme_making import make_entry
from loa_protocol import preview
from loa_protocol.plan import Plan, ResumeRule
from loa_protocol.player import Live
from loa_protocol.preview import End


@pytest.mark.parametrize(
    ("kind", "rule"),
    [
        (EntryKind.BULLETIN, ResumeRule.RESUME),
        (EntryKind.ANSWERS, ResumeRule.RESUME),
        (EntryKind.MUSIC, ResumeRule.SKIP),
        (EntryKind.RELAY, ResumeRule.SKIP),
    ],
)
def test_words_go_on_where_they_were_broken_off_and_the_rest_does_not(kind, rule):
    assert resume_rule(kind) is rule


def test_a_bulletin_of_the_programme_goes_on_after_a_short_speech(world):
    make_devices(world.commune)
    make_entry(world)
    airing = plans.planned(Airing.objects.unscoped("test").order_by("start_at").first())
    begin = airing.start_at
    speech = Live(id="speech", start_at=begin + timedelta(seconds=1), end_at=begin + timedelta(seconds=21))
    plan = Plan(start_at=begin, end_at=begin + timedelta(hours=1), airings=[airing])

    heard = preview.run(plan, start=begin, end=begin + timedelta(minutes=5), live=[speech])

    told = [(one.what.id, round((one.start_at - begin).total_seconds()), one.end) for one in heard]
    assert told == [(airing.id, 0, End.BROKEN_OFF), ("speech", 1, End.THROUGH), (airing.id, 21, End.THROUGH)]
    assert heard[2].position == timedelta(seconds=1)
    assert [(one.outcome, one.reason) for one in preview.conclusions(heard)] == [("played", "resumed")]
