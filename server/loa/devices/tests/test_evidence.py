import json

import pytest
from hypothesis import given
from hypothesis import strategies as some

from loa.devices.bridge import evidence
from loa.devices.tests.fleet import event
from loa_protocol.refusal import Reason, Refused

DEVICE = "0193b5c0-0000-7000-8000-0000000000aa"
AT = "2026-11-23T03:00:00.000Z"

ODD = [
    {"id": "0193b5c0-0000-4000-8000-000000000001"},
    {"id": "'; DROP TABLE devices_event; --"},
    {"outcome": "sung"},
    {"airing": "\\N"},
    {"airing": 5},
    {"clip": "../../etc/passwd"},
    {"at": "yesterday"},
    {"at": "2026-11-23T03:00:00"},
    {"at": "0001-01-01T00:00:00+14:00"},
    {"started_at": "9999-12-31T23:59:59-14:00"},
    {"volume_pct": 101},
    {"lateness_ms": 2**40},
    {"clock_offset_ms": "5"},
    {"level_dbfs": True},
    {"level_dbfs": 1e300},
    {"reason": ["x"]},
]


def read(*events):
    return evidence.read(json.dumps({"events": events}).encode(), device=DEVICE, received_at=AT)


@pytest.mark.parametrize("odd", ODD, ids=str)
def test_an_odd_event_is_refused_alone_and_its_number_still_acknowledged(now, odd):
    broken = {**event(2, now).to_json(), **odd}

    reading = read(event(1, now).to_json(), broken, event(3, now).to_json())

    assert reading.seqs == [1, 2, 3]
    assert [line.split("\t")[2] for line in reading.rows] == ["1", "3"]
    assert reading.refused == [(Reason.MALFORMED, next(iter(odd)))]


@pytest.mark.parametrize("seq", [None, -1, 2**63, "1", True, 1.0])
def test_an_event_without_a_number_cannot_be_acknowledged(now, seq):
    reading = read({**event(1, now).to_json(), "seq": seq})

    assert (reading.seqs, reading.rows) == ([], [])
    assert reading.refused == [(Reason.MALFORMED, "seq")]


@pytest.mark.parametrize("years", [1, -1])
def test_what_was_played_by_a_clock_a_year_off_counts_and_the_most_that_can_be_kept_is_told(now, years):
    reading = read({**event(1, now).to_json(), "clock_offset_ms": years * 365 * 86_400_000})

    assert reading.refused == []
    assert [row.split("\t")[13] for row in reading.rows] == [str(years * (2**31 - 1))]


def test_a_time_in_another_zone_is_stored_in_utc(now):
    (row,) = read({**event(1, now).to_json(), "at": "2026-11-23T10:00:00+07:00"}).rows

    assert row.split("\t")[8] == "2026-11-23T03:00:00+00:00"


@given(some.recursive(
    some.none() | some.booleans() | some.integers() | some.floats() | some.text(),
    lambda inner: some.lists(inner) | some.dictionaries(some.sampled_from(["id", "seq", "at", "reason", "x"]), inner),
))  # fmt: skip
def test_whatever_comes_is_read_or_refused_and_every_row_is_one_line_of_fifteen_fields(anything):
    good = {"id": DEVICE, "seq": 1, "outcome": "played", "at": AT}
    for document in ({"events": anything}, {"events": [anything]}, {"events": [{**good, "reason": str(anything)}]}):
        try:
            rows = evidence.read(json.dumps(document).encode(), device=DEVICE, received_at=AT).rows
        except Refused:
            continue
        assert all(row.count("\t") == 14 and row.index("\n") == len(row) - 1 for row in rows)
        assert all(row.encode() for row in rows)
