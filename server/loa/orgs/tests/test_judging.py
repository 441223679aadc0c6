from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction

import pytest

from loa.orgs import judging
from loa.orgs.changes import Altering, Edge, Opening, Placing, Plan, from_json, sha256, to_json
from loa.orgs.flaws import SENTENCES, Flaw, Found
from loa.orgs.judging import Ground
from loa.orgs.planning import LevelRule, Standing
from loa.orgs.rules import Change

TODAY = date(2026, 3, 1)
DAY = date(2026, 7, 1)


def standing(code, level, parent="", **more):
    return Standing(code=code, name=f"Đơn vị {code}", level=level, parent=parent, **more)


TREE = {
    unit.code: unit
    for unit in (
        standing("26", "province"),
        standing("251", "district", "26"),
        standing("a", "commune", "251"),
        standing("b", "commune", "251"),
        standing("c", "commune", "251"),
        standing("a.1", "hamlet", "a"),
        standing("b.1", "hamlet", "b"),
    )
}
LEVELS = {
    "centre": LevelRule(rank=10, below=frozenset(), exists=True),
    "province": LevelRule(rank=20, below=frozenset({"centre"}), exists=True),
    "district": LevelRule(rank=30, below=frozenset({"province"}), exists=False),
    "commune": LevelRule(rank=40, below=frozenset({"province", "district"}), exists=True),
    "hamlet": LevelRule(rank=50, below=frozenset({"commune"}), exists=True),
}
GROUND = Ground(tree=TREE, levels=LEVELS, reserved={"z"})
HALF = Fraction(1, 2)


def edge(one, other, share=1, back=1, kind=Change.MERGE):
    return Edge(predecessor=one, successor=other, kind=kind, share=Fraction(share), share_back=Fraction(back))


MERGER = Plan(closes=["b"], edges=[edge("a", "a", 1, HALF), edge("b", "a", 1, HALF)])


def flaws(plan, ground=GROUND):
    return {(found.flaw, found.code) for found in judging.of_plan(plan, ground)}


def test_a_merger_is_sound_and_hamlets_need_not_be_named():
    assert flaws(MERGER) == set()


def altered(**about):
    return Plan(alters=[Altering(**about)])


def opened(**about):
    return Plan(opens=[Opening(**{"code": "n", "name": "Mới", "level": "commune", "parent": "251"} | about)])


@pytest.mark.parametrize(
    ("plan", "flaw", "code"),
    [
        (Plan(), Flaw.EMPTY, ""),
        (altered(code="x", name="X"), Flaw.UNKNOWN, "x"),
        (replace(MERGER, closes=["b", "x"]), Flaw.UNKNOWN, "x"),
        (Plan(alters=[Altering(code="a", name="A"), Altering(code="a", name="Á")]), Flaw.TWICE, "a"),
        (replace(MERGER, edges=[*MERGER.edges, MERGER.edges[1]]), Flaw.TWICE, "b"),
        (opened(code="a"), Flaw.TAKEN, "a"),
        (opened(code="z"), Flaw.TAKEN, "z"),
        (opened(code="n/m"), Flaw.BAD_CODE, "n/m"),
        (opened(code="ñ"), Flaw.BAD_CODE, "ñ"),
        (opened(name="  "), Flaw.BAD_NAME, "n"),
        (opened(name="x" * 121), Flaw.BAD_NAME, "n"),
        (altered(code="a", name="Xã\0"), Flaw.BAD_NAME, "a"),
        (replace(MERGER, alters=[Altering(code="b", name="B")]), Flaw.CLOSED_AND_CHANGED, "b"),
        (Plan(closes=["b"]), Flaw.NO_SUCCESSOR, "b"),
        (Plan(closes=["a", "b"], edges=[edge("a", "b"), edge("b", "a")]), Flaw.SUCCESSOR_CLOSES, "b"),
        (Plan(closes=["b"], edges=[edge("b", "b")]), Flaw.SUCCESSOR_CLOSES, "b"),
        (Plan(closes=["b"], edges=[edge("b", "x")]), Flaw.NOT_AFTER, "x"),
        (altered(code="26", parent="a"), Flaw.CIRCLE, "26"),
        (altered(code="a", parent="x"), Flaw.NO_PARENT, "a"),
        (altered(code="a", level="canton"), Flaw.LEVEL_UNKNOWN, "a"),
        (opened(level="district", parent="26"), Flaw.LEVEL_GONE, "n"),
        (altered(code="a.1", parent="251"), Flaw.LEVELS_DO_NOT_NEST, "a.1"),
        (altered(code="a", parent=""), Flaw.LEVELS_DO_NOT_NEST, "a"),
        (replace(MERGER, edges=[edge("a", "a", 1, HALF), edge("b", "a", HALF, HALF)]), Flaw.SHARES, "b"),
        (replace(MERGER, edges=[edge("a", "a", 1, HALF), edge("b", "a", 1, Fraction(1, 3))]), Flaw.SHARES_BACK, "a"),
        (Plan(edges=[edge("a", "c")]), Flaw.SHARES, "a"),
        (Plan(closes=["b"], edges=[edge("b", "a", 2, -1), edge("b", "c", -1)]), Flaw.SHARE_OUT_OF_RANGE, "b"),
        (replace(MERGER, people=[Placing(unit="b")]), Flaw.PLACE_UNKNOWN, "b"),
    ],
)
def test_each_flaw_is_found_where_it_is(plan, flaw, code):
    assert (flaw, code) in flaws(plan)


def test_a_unit_that_changes_anyway_is_not_reached_twice():
    tree = TREE | {"a.1": replace(TREE["a.1"], until=DAY)}

    assert flaws(altered(code="a", name="Á"), replace(GROUND, tree=tree)) == set()
    assert flaws(altered(code="a", parent="26"), replace(GROUND, tree=tree)) == {(Flaw.ALREADY_CHANGING, "a.1")}


def test_what_opened_below_a_unit_since_keeps_it_from_moving_in_the_past():
    ground = replace(GROUND, built_on={"b"})

    assert flaws(MERGER, ground) == {(Flaw.CHANGED_SINCE, "b")}


def test_a_path_that_would_not_fit_is_refused():
    tree = dict(TREE)
    for depth in range(8):
        tree[f"{depth}" * 30] = standing(f"{depth}" * 30, "commune", f"{depth - 1}" * 30 if depth else "26")
    ground = Ground(tree=tree, levels=LEVELS)

    assert Flaw.PATH_TOO_LONG in {flaw for flaw, _ in flaws(altered(code="7" * 30, name="Sâu"), ground)}


@pytest.mark.parametrize(
    ("on", "is_retroactive", "flaw"),
    [
        (TODAY, False, Flaw.LOOKS_BACK),
        (TODAY - timedelta(days=1), False, Flaw.LOOKS_BACK),
        (TODAY, True, None),
        (TODAY + timedelta(days=1), False, None),
        (TODAY - judging.BACK, True, None),
        (TODAY - judging.BACK - timedelta(days=1), True, Flaw.TOO_FAR_BACK),
        (TODAY + judging.AHEAD, False, None),
        (TODAY + judging.AHEAD + timedelta(days=1), False, Flaw.TOO_FAR_AHEAD),
        (date(2028, 2, 29), False, None),
        (date(2026, 12, 31), False, None),
    ],
)
def test_the_day_lies_within_reach(on, is_retroactive, flaw):
    found = judging.of_day(on, today=TODAY, is_retroactive=is_retroactive)

    assert [one.flaw for one in found] == ([flaw] if flaw else [])


def test_every_flaw_has_a_sentence_that_names_its_unit():
    assert set(SENTENCES) == set(Flaw)
    for flaw in Flaw:
        assert str(Found(flaw=flaw, code="09043"))


def test_a_plan_reads_back_as_it_was_written_and_every_word_counts_in_its_digest():
    plan = replace(MERGER, opens=[Opening(code="n", name="Mới", level="commune")], people=[Placing(user=7, unit="a")])

    assert sha256(from_json(to_json(plan))) == sha256(plan)
    assert sha256(replace(plan, people=[Placing(user=7, unit="c")])) != sha256(plan)
    assert sha256(replace(plan, edges=[*plan.edges[:1], replace(plan.edges[1], share_back=Fraction(1, 3))])) != sha256(
        plan
    )
