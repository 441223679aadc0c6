"""A device that starts a year off: the alert that comes first is not lost, and nothing stale is played."""

from datetime import timedelta

import pytest

from loa_protocol import plan

from .conftest import NOON, Unit, airing, at


@pytest.mark.parametrize("days", [365, -365])
def test_the_first_alert_is_judged_again_when_the_server_has_told_the_time(server, days):
    off = timedelta(days=days)
    unit = Unit(server, now=NOON + off)
    alert = server.now(airing=airing("alert", start=5, window=600, priority=plan.Priority.ALERT))

    unit.hear_now(alert, NOON + off)
    first = unit.outcomes()
    unit.hear_ack((1, 1), now=at(0.05) + off, server_at=at(0.02))
    unit.play_until(at(60) + off, begin=at(0.1) + off)

    assert [refusal[1:] for refusal in first] == [("refused", "key_not_valid_now")]
    assert [(name, outcome) for name, outcome, _ in unit.outcomes()][-2:] == [
        ("alert", "received"),
        ("alert", "played"),
    ]
    assert unit.sounds() == ["alert"]


def test_what_had_really_expired_stays_refused(server):
    unit = Unit(server)
    stale = server.now(airing=airing("stale", start=-900, priority=plan.Priority.ALERT), exp=-1)

    unit.hear_now(stale)
    unit.hear_ack((1, 1), now=at(0.05), server_at=at(0.02))

    assert [outcome for _, outcome, _ in unit.outcomes()] == []
    assert unit.sounds() == []


def test_a_device_a_year_behind_does_not_play_what_is_over(server):
    off = timedelta(days=-365)
    unit = Unit(server, now=NOON + off)
    stale = server.now(airing=airing("stale", start=-900, priority=plan.Priority.ALERT), exp=-1)

    unit.hear_now(stale, NOON + off)
    unit.hear_ack((1, 1), now=at(0.05) + off, server_at=at(0.02))
    unit.play_until(at(60) + off, begin=at(0.1) + off)

    assert unit.sounds() == []
