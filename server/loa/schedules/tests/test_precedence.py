import itertools
import uuid
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loa.bulletins.rules import Urgency
from loa.schedules import rules
from loa.schedules.rules import GAP, Item, Why

NOW = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
AT_TEN = NOW + timedelta(hours=1)
MINUTE = timedelta(minutes=1)


def an_item(number, *, urgency=Urgency.PRIORITY, height=3, sent=0, start_at=AT_TEN, length=MINUTE, **more):
    return Item(
        id=uuid.UUID(int=number),
        urgency=urgency,
        height=height,
        sent_at=NOW - timedelta(hours=1) + timedelta(minutes=sent),
        start_at=start_at,
        length=length,
        **more,
    )


def told(turns):
    return [(turn.id.int, turn.start_at, turn.why) for turn in turns]


def test_a_normal_item_waits_until_the_commune_puts_it_on_the_plan():
    item = an_item(1, urgency=Urgency.NORMAL, start_at=None)

    assert told(rules.programme([], [item], now=NOW)) == [(1, None, Why.WAITS_FOR_THE_UNIT)]


def test_a_normal_item_plays_when_the_commune_wishes():
    item = an_item(1, urgency=Urgency.NORMAL)

    assert told(rules.programme([item], [item], now=NOW)) == [(1, AT_TEN, Why.ON_TIME)]


def test_a_priority_item_comes_before_a_normal_one_that_wants_the_same_time():
    normal, first = an_item(1, urgency=Urgency.NORMAL), an_item(2)

    assert (1, AT_TEN, Why.GIVES_WAY) in told(rules.programme([normal, first], [], now=NOW))
    assert (2, AT_TEN, Why.ON_TIME) in told(rules.programme([normal, first], [], now=NOW))


def test_of_two_priority_items_the_higher_units_comes_first_until_the_commune_decides():
    own, upper = an_item(1, height=3, sent=0), an_item(2, height=1, sent=30)
    after = AT_TEN + MINUTE + GAP

    assert told(rules.programme([own, upper], [], now=NOW)) == [
        (2, AT_TEN, Why.HIGHER_FIRST),
        (1, after, Why.FOLLOWS),
    ]
    assert told(rules.programme([own, upper], [], decided=[own.id, upper.id], now=NOW)) == [
        (1, AT_TEN, Why.DECIDED),
        (2, after, Why.DECIDED),
    ]


def test_of_two_from_the_same_height_the_one_sent_earlier_comes_first():
    late, early = an_item(1, sent=20), an_item(2, sent=10)

    assert told(rules.programme([late, early], [], now=NOW))[0] == (2, AT_TEN, Why.EARLIER_FIRST)


def test_what_is_too_close_to_be_moved_stays_and_the_other_follows():
    near, upper = an_item(1, is_fixed=True), an_item(2, height=1)

    assert told(rules.laid([upper, near])) == [
        (1, AT_TEN, Why.FIXED),
        (2, AT_TEN + MINUTE + GAP, Why.FOLLOWS),
    ]


def test_an_emergency_plays_now_whatever_is_planned_and_decided():
    alarm = an_item(9, urgency=Urgency.EMERGENCY, start_at=None, height=1)
    own = an_item(1, start_at=NOW)

    first = rules.programme([own], [alarm], decided=[own.id], now=NOW)[0]

    assert {turn.id.int: turn.why for turn in rules.programme([own], [alarm], now=NOW)}[9] is Why.EMERGENCY
    assert first.start_at == NOW


def test_priority_waits_before_normal_in_an_inbox():
    normal, first = (an_item(n, urgency=u, start_at=None) for n, u in ((1, Urgency.NORMAL), (2, Urgency.PRIORITY)))

    assert [turn.id.int for turn in rules.programme([], [normal, first], now=NOW)] == [2, 1]


@pytest.mark.parametrize(
    ("later", "devices", "clash"),
    [
        (timedelta(0), None, True),
        (MINUTE - timedelta(seconds=1), None, True),
        (MINUTE, None, False),
        (timedelta(0), {uuid.UUID(int=5)}, False),
        (timedelta(0), {uuid.UUID(int=5), uuid.UUID(int=6)}, True),
    ],
)
def test_items_clash_when_they_want_the_same_time_at_the_same_devices(later, devices, clash):
    one = an_item(1, devices=None if devices is None else {uuid.UUID(int=6)})
    other = an_item(2, start_at=AT_TEN + later, devices=devices)

    assert rules.is_clash(one, other) is clash
    assert rules.is_clash(other, one) is clash


def test_a_normal_item_never_clashes():
    assert not rules.is_clash(an_item(1), an_item(2, urgency=Urgency.NORMAL))


items = st.lists(
    st.builds(
        an_item,
        st.integers(1, 10**9),
        height=st.integers(1, 5),
        sent=st.integers(0, 60),
        start_at=st.integers(0, 600).map(lambda seconds: AT_TEN + timedelta(seconds=seconds)),
        length=st.integers(1, 1800).map(lambda seconds: timedelta(seconds=seconds)),
    ),
    min_size=1,
    max_size=7,
    unique_by=lambda item: item.id,
)


@given(items, st.randoms(use_true_random=False))
def test_what_is_laid_never_overlaps_and_does_not_depend_on_the_order_it_came_in(group, chance):
    turns = rules.laid(group)
    shuffled = list(group)
    chance.shuffle(shuffled)
    lengths = {item.id: item.length for item in group}

    assert rules.laid(shuffled) == turns
    assert turns[0].start_at == min(item.start_at for item in group)
    for before, after in itertools.pairwise(turns):
        assert after.start_at >= before.start_at + lengths[before.id] + GAP


@given(items, st.randoms(use_true_random=False))
def test_the_communes_order_is_kept(group, chance):
    decided = [item.id for item in group]
    chance.shuffle(decided)

    assert [turn.id for turn in rules.laid(group, decided=decided)] == decided
