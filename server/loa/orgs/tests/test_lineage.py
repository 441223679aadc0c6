from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from loa.orgs import carrying_versions, lineage
from loa.orgs.changes import Edge
from loa.orgs.lineage import Step
from loa.orgs.rules import Change

START = date(2000, 1, 1)
END = date(2030, 1, 1)
DAY = date(2025, 7, 1)


def step(one, other, share=1, share_back=1, *, on=DAY, kind=Change.MERGE):
    return Step(
        predecessor=one, successor=other, on=on, kind=kind, share=Fraction(share), share_back=Fraction(share_back)
    )


MERGER = [step("a", "a", 1, "1/3"), step("b", "a", 1, "1/3"), step("c", "a", 1, "1/3")]
LATER = date(2027, 1, 1)
SPLIT = [step("a", "a", "3/4", 1, on=LATER), step("a", "d", "1/4", 1, on=LATER, kind=Change.SPLIT)]


def forwards(amounts, steps=(*MERGER, *SPLIT), *, to_day=END):
    return lineage.restated(amounts, steps, from_day=START, to_day=to_day)


def backwards(amounts, steps=(*MERGER, *SPLIT), *, from_day=END):
    return lineage.restated(amounts, steps, from_day=from_day, to_day=START)


def test_a_merger_adds_up_and_what_is_untouched_stays():
    assert forwards({"a": 1, "b": 2, "c": 4, "x": 8}, MERGER) == {"a": 7, "x": 8}


def test_a_merger_that_is_later_split_is_walked_day_by_day():
    assert forwards({"b": 8}) == {"a": 6, "d": 2}
    assert backwards({"d": 9}) == {"a": 3, "b": 3, "c": 3}


def test_the_day_of_a_change_is_already_the_new_map():
    assert forwards({"b": 1}, to_day=DAY) == {"a": 1}
    assert forwards({"b": 1}, to_day=DAY - timedelta(days=1)) == {"b": 1}
    assert lineage.restated({"b": 1}, MERGER, from_day=DAY, to_day=END) == {"b": 1}


def test_two_units_that_take_over_from_each_other_on_one_day_do_not_run_twice():
    swap = [step("a", "b"), step("b", "a")]

    assert forwards({"a": 1, "b": 2}, swap) == {"b": 1, "a": 2}


def test_shares_that_ten_decimals_cannot_say_are_understood():
    assert lineage.fraction(Decimal("0.3333333333")) == Fraction(1, 3)
    assert lineage.fraction(Decimal("0.1428571429")) == Fraction(1, 7)
    assert lineage.fraction(Decimal("0.4512345678")) == Fraction("0.4512345678")


@given(st.lists(st.integers(1, 10**6), min_size=1, max_size=200))
def test_shares_still_add_up_to_one_with_ten_decimals(weights):
    shares = [Fraction(weight, sum(weights)) for weight in weights]

    kept = carrying_versions.decimals([("a", share) for share in shares])

    assert sum(kept) == 1
    assert all(abs(Fraction(one) - share) < Fraction(1, 10**7) for one, share in zip(kept, shares, strict=True))


@given(st.dictionaries(st.sampled_from("abcdefgh"), st.fractions(0, 1000), min_size=1))
def test_whole_numbers_have_the_total_and_none_is_off_by_one(amounts):
    counted = lineage.whole(amounts)

    assert sum(counted.values()) == round(sum(amounts.values()))
    assert all(abs(counted[code] - amount) <= 1 for code, amount in amounts.items())


@st.composite
def histories(draw):
    """Draw units, what happens to them over the years, and the units there are at the end."""
    alive = [f"u{number}" for number in range(draw(st.integers(2, 8)))]
    first, steps, made = list(alive), [], 0
    for year in range(draw(st.integers(1, 6))):
        on = date(2001 + year, 1, 1)
        taken, edges = draw(st.lists(st.sampled_from(alive), min_size=1, unique=True)), []
        for code in taken:
            weights = draw(st.lists(st.integers(1, 9), min_size=1, max_size=3))
            others = [unit for unit in alive if unit not in taken]
            made += 1
            goals = draw(st.permutations([code, f"n{made}", *others]))[: len(weights)]
            total = sum(weights[: len(goals)])
            edges += [(code, goal, Fraction(weight, total)) for goal, weight in zip(goals, weights, strict=False)]
        # whoever is joined goes on with a part of its own
        joined = {goal for _code, goal, _share in edges if goal in alive and goal not in taken}
        edges += [(code, code, Fraction(1)) for code in joined]
        back = {goal: sum(1 for edge in edges if edge[1] == goal) for _code, goal, _share in edges}
        steps += [step(one, goal, share, Fraction(1, back[goal]), on=on) for one, goal, share in edges]
        alive = sorted((set(alive) - set(taken)) | {goal for _code, goal, _share in edges})
    return first, steps, alive


@given(histories(), st.data())
def test_totals_are_kept_over_any_history_and_end_in_units_that_exist(history, data):
    first, steps, last = history
    ahead = {code: data.draw(st.integers(0, 10**9)) for code in first}
    back = {code: data.draw(st.integers(0, 10**9)) for code in last}

    there, before = forwards(ahead, steps), backwards(back, steps)

    assert sum(there.values()) == sum(ahead.values())
    assert sum(before.values()) == sum(back.values())
    assert set(there) <= set(last)
    assert set(before) <= set(first)


@given(histories())
def test_what_became_of_a_unit_is_all_of_it(history):
    first, steps, _last = history

    for code in first:
        found = lineage.parts(code, steps, from_day=START, to_day=END)
        assert sum(part.share for part in found) == 1
        assert [part.share for part in found] == sorted((part.share for part in found), reverse=True)


def test_what_a_province_was_made_of_is_provinces_and_no_districts():
    levels = {"25": "province", "26": "province", "243": "district", "a": "commune", "b": "commune", "318": "district"}
    pairs = [("25", "25"), ("26", "25"), ("243", "25"), ("a", "a"), ("b", "a"), ("318", "new")]

    edges = [Edge(predecessor=one, successor=two, kind=Change.MERGE) for one, two in pairs]
    back = [edge.share_back for edge in lineage.with_share_back(edges, levels=levels)]

    assert back == [Fraction(1, 2), Fraction(1, 2), 0, Fraction(1, 2), Fraction(1, 2), 1]


def test_a_quarter_of_a_unit_counts_a_quarter_back_and_people_count_when_they_are_known():
    edges = [
        Edge(predecessor="a", successor="a", kind=Change.CONTINUE),
        Edge(predecessor="b", successor="a", kind=Change.SPLIT, share=Fraction(1, 4)),
    ]
    levels = {"a": "commune", "b": "commune"}

    alike = lineage.with_share_back(edges, levels=levels)
    by_people = lineage.with_share_back(edges, levels=levels, sizes={"a": 1_000, "b": 12_000})

    assert [edge.share_back for edge in alike] == [Fraction(4, 5), Fraction(1, 5)]
    assert [edge.share_back for edge in by_people] == [Fraction(1, 4), Fraction(3, 4)]
