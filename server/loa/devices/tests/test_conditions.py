"""States and ailments, each as a line of a table."""

from datetime import UTC, datetime, timedelta

import pytest

from loa.devices.conditions import Ailment, Facts, Standing, Thresholds, ailments, standing

NOW = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)


def facts(*, seen_s=10, **more):
    seen_at = None if seen_s is None else NOW - timedelta(seconds=seen_s)
    return Facts(**{"state": "enrolled", "connected": True, "seen_at": seen_at, **more})


@pytest.mark.parametrize(
    ("known", "word"),
    [
        ({"state": "registered", "seen_s": None}, Standing.REGISTERED),
        ({"state": "revoked"}, Standing.REVOKED),
        ({}, Standing.ONLINE),
        ({"playing": True}, Standing.PLAYING),
        ({"playing": True, "is_muted": True}, Standing.MUTED),
        ({"seen_s": 90}, Standing.ONLINE),
        ({"seen_s": 91}, Standing.LATE),
        ({"connected": False}, Standing.LATE),
        ({"connected": False, "seen_s": 180}, Standing.LATE),
        ({"connected": False, "seen_s": 181}, Standing.OFFLINE),
        ({"connected": True, "seen_s": 181}, Standing.OFFLINE),
        ({"seen_s": None}, Standing.OFFLINE),
        ({"seen_s": 181, "power": "battery"}, Standing.POWER_LOST),
        ({"seen_s": 181, "power": "mains"}, Standing.OFFLINE),
    ],
)
def test_the_one_word_for_a_device(known, word):
    assert standing(facts(**known), Thresholds(), now=NOW) is word


@pytest.mark.parametrize(
    ("known", "wrong"),
    [
        ({}, []),
        ({"speaker_fault": False, "amplifier_fault": None}, []),
        ({"speaker_fault": True}, [Ailment.SPEAKER_FAULT]),
        ({"amplifier_fault": True}, [Ailment.AMPLIFIER_FAULT]),
        ({"temperature_c": 70.0}, []),
        ({"temperature_c": 70.1}, [Ailment.HOT]),
        ({"supply_v": 90.0}, []),
        ({"supply_v": 89.9}, [Ailment.SUPPLY]),
        ({"supply_v": 240.1}, [Ailment.SUPPLY]),
        ({"supply_v": 0.0, "power": "battery"}, [Ailment.ON_BATTERY]),
        ({"clock_offset_ms": -2_001}, [Ailment.DRIFT]),
        ({"clock_offset_ms": 2_000}, []),
        ({"storage_free_bytes": 199_999_999}, [Ailment.STORAGE]),
        ({"signal_dbm": -111}, [Ailment.SIGNAL]),
        ({"seen_s": 181, "speaker_fault": True}, [Ailment.OFFLINE]),
        ({"seen_s": 181, "power": "battery", "temperature_c": 90.0}, [Ailment.POWER_LOST]),
        ({"state": "revoked", "speaker_fault": True}, []),
        ({"speaker_fault": True, "temperature_c": 80.0}, [Ailment.SPEAKER_FAULT, Ailment.HOT]),
    ],
)
def test_what_is_wrong_with_a_device(known, wrong):
    assert ailments(facts(**known), Thresholds(), now=NOW) == wrong


def test_a_unit_may_lay_down_other_thresholds():
    strict = Thresholds(late_after=timedelta(seconds=5), hot_c=40.0)

    assert standing(facts(), strict, now=NOW) is Standing.LATE
    assert ailments(facts(temperature_c=41.0), strict, now=NOW) == [Ailment.HOT]
