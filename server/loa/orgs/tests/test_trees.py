"""What the tree was on any day, asked of the database."""

from collections import Counter
from datetime import date, timedelta
from fractions import Fraction

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from loa.kernel.errors import NotFound
from loa.kernel.scope import Actor, ActorKind, Scope, system
from loa.orgs import changes, chronicle, commands, lineage, queries
from loa.orgs.changes import Altering, Edge, Opening, Plan
from loa.orgs.models import LegalBasis, Unit
from loa.orgs.rules import Change, Level
from loa.orgs.tests.world import make_unit

OLD, DAY, NEW = date(2025, 6, 30), date(2025, 7, 1), date(2025, 7, 2)
ALL = system("test")


def unit(code):
    return Unit.objects.unscoped("test").get(code=code)


def seeing(path):
    return Scope(actor=Actor(kind=ActorKind.PERSON, id="1"), grants={"orgs.view": frozenset({path})})


def codes(nodes):
    return [node.code for node in nodes]


@pytest.fixture
def vinh_phuc(db):
    commands.import_units(ALL, as_of=DAY)
    connection.check_constraints()


def test_the_tree_of_the_eve_has_districts_and_that_of_the_day_has_none(vinh_phuc):
    before = Counter(node.level for node in queries.tree_as_of(ALL, OLD))
    after = Counter(node.level for node in queries.tree_as_of(ALL, DAY))

    assert before == {"province": 1, "district": 9, "commune": 121}
    assert after == {"province": 1, "commune": 36}
    assert [node.name for node in queries.tops_as_of(ALL, OLD)] == ["Tỉnh Vĩnh Phúc"]
    assert [node.name for node in queries.tops_as_of(ALL, DAY)] == ["Tỉnh Phú Thọ"]


def test_a_unit_is_what_it_was_on_the_day(vinh_phuc):
    ward = unit("08707")

    assert queries.unit_as_of(ward, OLD).name == "Phường Tích Sơn"
    assert queries.unit_as_of(ward, DAY).name == "Phường Vĩnh Yên"
    assert codes(queries.ancestors_as_of(ward, OLD)) == ["26", "243"]
    assert codes(queries.ancestors_as_of(ward, DAY)) == ["25"]
    assert queries.unit_as_of(unit("08713"), DAY) is None
    assert queries.ancestors_as_of(unit("08713"), DAY) == []
    assert queries.subtree_as_of(unit("26"), DAY) == []
    assert queries.names_as_of(["08707", "08713"], DAY) == {"08707": "Phường Vĩnh Yên"}


def test_children_and_subtree_of_a_day(vinh_phuc):
    assert len(queries.children_as_of(unit("26"), OLD)) == 9
    assert len(queries.subtree_as_of(unit("26"), OLD)) == 130
    assert len(queries.children_as_of(unit("25"), DAY)) == 36
    assert queries.children_as_of(unit("25"), OLD) == []


def test_old_names_are_found_without_accents_on_days_when_they_held(vinh_phuc):
    assert codes(queries.matching_as_of(ALL, "tich  SON", OLD)) == ["08707"]
    assert queries.matching_as_of(ALL, "Tích Sơn", DAY) == []
    assert codes(queries.matching_as_of(ALL, "đồng cương", OLD)) == codes(
        queries.matching_as_of(ALL, "dong cuong", OLD)
    )


def test_what_became_of_a_ward_and_what_it_was_made_of(vinh_phuc):
    made_of = queries.predecessors(unit("08707"), at=NEW, before=OLD)

    assert [part.code for part in queries.successors(unit("08713"), since=OLD, until=NEW)] == ["08707"]
    assert [part.code for part in queries.successors(unit("243"), since=OLD, until=NEW)] == ["25"]
    assert {part.code: part.share for part in made_of} == dict.fromkeys(
        ("08707", "08713", "08722", "08731"), Fraction(1, 4)
    )
    assert [part.code for part in queries.predecessors(unit("25"), at=NEW, before=OLD)] == ["26"]


def test_counts_of_the_old_map_read_on_the_new_one_and_back_with_the_same_total(vinh_phuc):
    counted = {node.code: 3 for node in queries.tree_as_of(ALL, OLD) if node.level == "commune"}

    today = queries.restated(counted, from_day=OLD, to_day=NEW)
    again = queries.restated(today, from_day=NEW, to_day=OLD)

    assert (len(today), sum(today.values())) == (36, 363)
    assert (len(again), sum(again.values())) == (121, 363)
    assert today["08707"] == 12
    assert sum(lineage.whole(again).values()) == 363


def test_the_page_of_a_unit_tells_all_it_was_and_every_change(vinh_phuc):
    stretches = queries.history(unit("08707"))
    events = queries.events(unit("08707"))

    assert [(one.name, one.parent, one.start_on, one.end_on) for one in stretches] == [
        ("Phường Tích Sơn", "Thành phố Vĩnh Yên", None, DAY),
        ("Phường Vĩnh Yên", "Tỉnh Phú Thọ", DAY, None),
    ]
    assert stretches[1].basis.number == "19/2025/QĐ-TTg"
    assert {(one.predecessor_name, one.successor_name) for one in events} == {
        ("Phường Tích Sơn", "Phường Vĩnh Yên"),
        ("Phường Hội Hợp", "Phường Vĩnh Yên"),
        ("Phường Đồng Tâm", "Phường Vĩnh Yên"),
        ("Xã Thanh Trù", "Phường Vĩnh Yên"),
    }


def test_a_scope_sees_the_history_of_what_it_holds_and_nothing_else(vinh_phuc):
    officer = seeing("25/08707")

    assert codes(queries.tree_as_of(officer, DAY)) == ["08707"]
    assert sorted(codes(queries.tree_as_of(officer, OLD))) == ["08707", "08713", "08722", "08731"]
    assert queries.tree_as_of(officer, OLD, top="26/243/08710") == []
    assert queries.matching_as_of(officer, "Liên Bảo", OLD) == []
    assert queries.tree_as_of(Scope(actor=officer.actor), OLD) == []
    assert queries.unit_ever(officer, "08713").is_closed
    with pytest.raises(NotFound):
        queries.unit_ever(officer, "08710")


def random_plan(draw, alive, year, made):
    """Draw what happens to communes below province p on a day: mergers, splits, new names."""
    taken = draw(st.lists(st.sampled_from(sorted(alive)), min_size=1, max_size=3, unique=True))
    keeps = draw(st.booleans())
    first, *rest = taken
    goal = first if keeps else f"n{made}"
    opens = [] if keeps else [Opening(code=goal, name=f"Xã {goal}", level="commune", parent="p")]
    edges = [Edge(predecessor=code, successor=goal, kind=Change.MERGE) for code in taken]
    if draw(st.booleans()):
        opens.append(Opening(code=f"s{made}", name=f"Xã s{made}", level="commune", parent="q"))
        part = Fraction(draw(st.integers(1, 6)), 7)
        edges[-1:] = [
            Edge(predecessor=taken[-1], successor=goal, kind=Change.SPLIT, share=1 - part),
            Edge(predecessor=taken[-1], successor=f"s{made}", kind=Change.SPLIT, share=part),
        ]
    alters = [Altering(code=goal, name=f"Xã {year}", parent=draw(st.sampled_from(["p", "q"])))] if keeps else []
    return Plan(
        opens=tuple(opens),
        alters=tuple(alters),
        closes=tuple(rest if keeps else taken),
        edges=tuple(lineage.with_share_back(edges, levels=dict.fromkeys(taken, "commune"))),
    )


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_over_any_history_every_day_is_a_forest_and_totals_are_kept(db, data):
    before = transaction.savepoint()
    try:
        follow_a_history(data)
    finally:
        transaction.savepoint_rollback(before)


def follow_a_history(data):
    for code in ("p", "q"):
        make_unit(code=code, name=code, level=Level.PROVINCE)
    top = unit("p")
    alive = {f"c{number}" for number in range(5)}
    for code in sorted(alive):
        commune = make_unit(code=code, name=code, level=Level.COMMUNE, parent=top)
        make_unit(code=f"{code}.1", name=code, level=Level.HAMLET, parent=commune)
    basis = LegalBasis.objects.create(number="1", title="x", issuer="y")
    first = {code: data.draw(st.integers(0, 1000)) for code in sorted(alive)}
    days = [date(2001 + year, 1, 1) for year in range(data.draw(st.integers(1, 4)))]
    for made, day in enumerate(days):
        plan = random_plan(data.draw, alive, day.year, made)
        chronicle.write(plan, on=day, basis=basis, order={})
        connection.check_constraints()
        alive = (alive - set(plan.closes)) | {opening.code for opening in plan.opens}

    now = queries.restated(first, from_day=date(2000, 1, 1), to_day=date(2020, 1, 1))
    back = queries.restated(now, from_day=date(2020, 1, 1), to_day=date(2000, 1, 1))

    assert sum(now.values()) == sum(back.values()) == sum(first.values())
    assert set(now) <= alive
    assert set(back) <= set(first)
    for day in [date(2000, 1, 1), *days, *(day - timedelta(days=1) for day in days)]:
        nodes = queries.tree_as_of(ALL, day)
        paths = {node.path for node in nodes}
        assert len({node.code for node in nodes}) == len(paths) == len(nodes)
        assert all(node.path.rpartition("/")[0] in paths | {""} for node in nodes)
    assert {node.code for node in queries.tree_as_of(ALL, days[-1]) if node.level == "commune"} == alive
    standing = Unit.objects.unscoped("test").filter(closed_on=None)
    assert {node.path for node in queries.tree_as_of(ALL, days[-1])} == set(standing.values_list("path", flat=True))


def test_a_plan_with_guesses_reads_back_as_it_was():
    plan = Plan(edges=(Edge(predecessor="a", successor="a", kind=Change.SPLIT, is_estimate=True),))

    assert changes.from_json(changes.to_json(plan)) == plan
