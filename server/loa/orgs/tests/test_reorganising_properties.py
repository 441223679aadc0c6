from datetime import timedelta

import pytest
from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from loa.orgs import commands, composing, queries, rules
from loa.orgs.changes import Altering, Opening, Plan
from loa.orgs.models import Level, Unit
from loa.orgs.tests.reorganising import DAY, MIDNIGHT, fresh, make_basis, merge, second_administrator, shelf_of
from loa.orgs.tests.world import make_unit

COMMUNES = [f"c{number}" for number in range(6)]
HAMLETS = [f"c{number}.{part}" for number in range(6) for part in (1, 2)]
LATER = MIDNIGHT + timedelta(days=30)


@pytest.fixture
def country(world, monkeypatch):
    """Two districts with three communes each, each with two hamlets; something stands at every one of them."""
    second = make_unit(code="252", name="Huyện Hai", level=rules.Level.DISTRICT, parent=world.province)
    Level.objects.filter(code="district").update(during=DateRange(None, None))  # so that a district may open again
    units = {"251": world.district, "252": second}
    for number, code in enumerate(COMMUNES):
        above = units["251" if number < 3 else "252"]
        units[code] = make_unit(code=code, name=f"Xã {code}", level=rules.Level.COMMUNE, parent=above)
    for code in HAMLETS:
        units[code] = make_unit(
            code=code, name=f"Thôn {code}", level=rules.Level.HAMLET, parent=units[code.split(".")[0]]
        )
    shelf = shelf_of(monkeypatch, **{f"thing {code}": unit.pk for code, unit in units.items()})
    return world, second_administrator(world), shelf


@st.composite
def plans(draw):
    """One sound plan: a merger, perhaps with a hamlet that moves, a division, a level that ends, or new names."""
    kind = draw(st.sampled_from(["merge", "split", "transfer", "rename", "abolish"]))
    if kind == "merge":
        chosen = draw(st.lists(st.sampled_from(COMMUNES), min_size=2, max_size=5, unique=True))
        return merge(chosen[0], *chosen[1:], name=draw(st.sampled_from([None, "Xã Hợp Nhất"])))
    if kind == "split":
        unit = draw(st.sampled_from(COMMUNES))
        along = draw(st.lists(st.sampled_from([f"{unit}.1", f"{unit}.2"]), unique=True))
        new = Opening(code="n1", name="Xã Mới", level="commune", parent=draw(st.sampled_from(["251", "252", "26"])))
        return composing.split(unit, new, share=draw(st.fractions("1/10", "9/10", max_denominator=10)), along=along)
    if kind == "transfer":
        units = draw(st.lists(st.sampled_from(COMMUNES), min_size=1, max_size=6, unique=True))
        return composing.transfer(units, draw(st.sampled_from(["251", "252", "26"])))
    if kind == "rename":
        units = draw(st.lists(st.sampled_from([*COMMUNES, *HAMLETS]), min_size=1, unique=True))
        return Plan(alters=[Altering(code=code, name=f"Tên mới {code}") for code in units])
    return composing.abolish(dict.fromkeys(draw(st.sampled_from([["252"], ["251"], ["251", "252"]])), "26"))


def standing():
    columns = ("code", "name", "folded_name", "level", "parent__code", "path", "closed_on")
    found = Unit.objects.unscoped("test").exclude(code="n1")
    return sorted(found.values_list(*columns))


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(plan=plans())
def test_whatever_is_carried_out_and_compensated_is_as_it_was(country, plan):
    world, approver, shelf = country
    units, things = standing(), dict(shelf.at)

    with transaction.atomic():
        made = act(world, approver, plan)
        assert_nothing_is_lost(world, shelf, things)
        back = commands.compensate(
            world.administrator, made, title="Trả", basis=made.basis, effective_on=DAY + timedelta(days=30),
            now=MIDNIGHT,
        )  # fmt: skip
        commands.approve(fresh(approver), back, plan_sha256=back.plan_sha256, now=MIDNIGHT)
        commands.carry_out(world.system, back, now=LATER)

        assert standing() == units
        assert shelf.at == things
        transaction.set_rollback(True)
    shelf.at.clear()
    shelf.at.update(things)


def act(world, approver, plan):
    made = commands.propose(
        world.administrator, world.province, title="Thử", basis=make_basis(), effective_on=DAY, plan=plan,
        now=MIDNIGHT - timedelta(days=20),
    )  # fmt: skip
    early = MIDNIGHT - timedelta(days=20)
    commands.approve(fresh(approver), made, plan_sha256=made.plan_sha256, now=early)
    commands.carry_out(world.system, made, now=MIDNIGHT)
    made.refresh_from_db()
    return made


def assert_nothing_is_lost(world, shelf, things):
    """Every thing stands at an open unit, and whoever holds the province still sees all of them and all that was."""
    open_ones = set(Unit.objects.unscoped("test").filter(closed_on=None).values_list("pk", flat=True))
    assert set(shelf.at) == set(things)
    assert set(shelf.at.values()) <= open_ones
    scope = queries.scope_for(world.administrator_user, now=MIDNIGHT)
    assert all(
        scope.can("orgs.view", unit.path) for unit in Unit.objects.unscoped("test").filter(path__startswith="26")
    )
