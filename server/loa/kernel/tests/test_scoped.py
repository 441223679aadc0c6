import asyncio

import pytest
from django.db.models import Count, Exists, F, OuterRef, Subquery

from loa.kernel.scoped import UnscopedQuery
from loa.orgs.models import Grant, Unit

READS = {
    "iterate": list,
    "len": len,
    "bool": bool,
    "index": lambda units: units[0],
    "slice": lambda units: list(units[:2]),
    "get": lambda units: units.get(code="26"),
    "first": lambda units: units.first(),
    "last": lambda units: units.order_by("pk").last(),
    "earliest": lambda units: units.earliest("pk"),
    "latest": lambda units: units.latest("pk"),
    "in_bulk": lambda units: units.in_bulk(),
    "values": lambda units: list(units.values("name")),
    "values_list": lambda units: list(units.values_list("name", flat=True)),
    "dates": lambda _: list(Grant.objects.datetimes("granted_at", "day")),
    "count": lambda units: units.count(),
    "exists": lambda units: units.exists(),
    "contains": lambda units: units.contains(Unit(pk=1)),
    "aggregate": lambda units: units.aggregate(Count("pk")),
    "annotate": lambda units: list(units.annotate(twice=F("pk") * 2)),
    "iterator": lambda units: units.iterator(),
    "explain": lambda units: units.explain(),
    "raw": lambda units: units.raw("SELECT * FROM orgs_unit"),
    "select_for_update": lambda units: list(units.select_for_update()),
    "distinct": lambda units: list(units.distinct()),
    "reverse": lambda units: list(units.order_by("pk").reverse()),
    "all": lambda units: list(units.all()),
    "defer": lambda units: list(units.defer("name")),
    "using": lambda units: list(units.using("default")),
    "async get": lambda units: asyncio.run(units.aget(code="26")),
    "in a subquery": lambda units: list(Grant.objects.unscoped("test").filter(unit__in=units.all())),
    "in Exists": lambda units: list(
        Grant.objects.unscoped("test").filter(Exists(units.filter(pk=OuterRef("unit_id"))))
    ),
    "in Subquery": lambda units: list(
        Grant.objects.unscoped("test").annotate(name=Subquery(units.filter(pk=OuterRef("unit_id")).values("name")))
    ),
    "union": lambda units: list(Unit.objects.unscoped("test").union(units.all())),
    "intersection": lambda units: list(Unit.objects.unscoped("test").intersection(units.all())),
    "difference": lambda units: list(Unit.objects.unscoped("test").difference(units.all())),
    "or": lambda units: list(Unit.objects.unscoped("test").filter(code="19") | units.filter(code="26")),
    "or, the other way": lambda units: list(units.filter(code="26") | Unit.objects.unscoped("test").filter(code="19")),
    "xor": lambda units: list(Unit.objects.unscoped("test").filter(code="19") ^ units.filter(code="26")),
    "and": lambda units: list(units.filter(code="26") & Unit.objects.unscoped("test")),
}

WRITES = {
    "update": lambda units: units.update(name="x"),
    "delete": lambda units: units.all().delete(),
    "filtered delete": lambda units: units.filter(code="26").delete(),
    "raw delete": lambda units: units.filter(code="26")._raw_delete("default"),
    "bulk_update": lambda units: units.bulk_update([Unit(pk=1, name="x")], ["name"]),
    "get_or_create": lambda units: units.get_or_create(code="26"),
    "update_or_create": lambda units: units.update_or_create(code="26", defaults={"name": "x"}),
    "bulk_create over rows that stand": lambda units: units.bulk_create(
        [Unit(code="26", name="x", path="26", level="province")],
        update_conflicts=True,
        unique_fields=["code"],
        update_fields=["name"],
    ),
}


@pytest.mark.parametrize("read", READS.values(), ids=READS)
def test_an_unsettled_read_is_refused(world, read):
    with pytest.raises(UnscopedQuery):
        read(Unit.objects.all())


@pytest.mark.parametrize("write", WRITES.values(), ids=WRITES)
def test_an_unsettled_write_is_refused_and_changes_nothing(world, write):
    before = list(Unit.objects.unscoped("test").order_by("pk").values())

    with pytest.raises(UnscopedQuery):
        write(Unit.objects)

    assert list(Unit.objects.unscoped("test").order_by("pk").values()) == before


@pytest.mark.parametrize(
    "read", [read for name, read in READS.items() if name not in {"dates", "contains", "async get"}]
)
def test_a_settled_read_is_answered(world, read):
    read(Unit.objects.unscoped("test"))


def test_nothing_is_read_from_an_empty_query(world):
    assert list(Unit.objects.none()) == []


def test_adding_a_row_reads_nothing_and_needs_no_scope(world):
    Unit.objects.create(code="01", name="Thành phố Hà Nội", folded_name="ha noi", level="province", path="01")

    assert Unit.objects.unscoped("test").filter(code="01").exists()


def test_a_scope_narrows_to_its_subtree(world):
    seen = set(Unit.objects.within(world.officer, "orgs.view").values_list("code", flat=True))

    assert seen == {world.commune.code, world.hamlet.code}


def test_a_right_one_does_not_hold_narrows_to_nothing(world):
    assert not Unit.objects.within(world.officer, "orgs.administer").exists()
    assert not Unit.objects.within(world.citizen, "orgs.view").exists()


def test_a_narrowed_query_stays_narrow_through_every_method(world):
    seen = Unit.objects.within(world.officer, "orgs.view")

    assert not seen.filter(code=world.other_commune.code).exists()
    assert seen.all().order_by("pk").count() == 2
    assert (seen | seen.filter(code="26")).count() == 2
    assert (seen & Unit.objects.unscoped("test")).count() == 2
    assert seen.update(is_demo=True) == 2


def test_a_namesake_path_is_not_below(world):
    Unit.objects.create(
        code="09043x", name="x", folded_name="x", level="commune", path=f"{world.commune.path}x", parent=world.district
    )

    assert Unit.objects.within(world.officer, "orgs.view").count() == 2


def test_the_system_sees_every_row(world):
    assert Unit.objects.within(world.system, "orgs.view").count() == 7


def test_an_unscoped_query_needs_a_reason(world):
    with pytest.raises(UnscopedQuery):
        Unit.objects.unscoped("")
