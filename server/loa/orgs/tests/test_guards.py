from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.db.backends.postgresql.psycopg_any import DateRange

from loa.orgs.models import Level, Lineage, Unit, UnitVersion
from loa.orgs.rules import Level as Known
from loa.orgs.tests.world import make_unit

FAR = date(2999, 7, 1)
"""A day that has not come yet, whatever the database's clock says."""
PAST = date(2025, 7, 1)


def refused_by(change):
    """Return the name of the constraint that refuses a change at commit."""

    def commit():
        with transaction.atomic():
            change()
            connection.check_constraints()

    with pytest.raises(IntegrityError) as refusal:
        commit()
    return refusal.value.__cause__.diag.constraint_name


def versions(unit):
    return UnitVersion.objects.unscoped("test").filter(unit=unit)


def version_of(unit, *, start=FAR, end=None, **about):
    return UnitVersion.objects.create(
        unit=unit,
        **{"name": unit.name, "level": unit.level, "parent": unit.parent, "path": unit.path, **about},
        during=DateRange(start, end),
    )


def end(unit, day):
    versions(unit).update(during=DateRange(None, day))


def edge(one, other, *, share=1, share_back=1, on=FAR):
    return Lineage.objects.create(
        predecessor=one,
        successor=other,
        on=on,
        kind="merge",
        share=Decimal(str(share)),
        share_back=Decimal(str(share_back)),
    )


def test_a_unit_is_never_deleted_and_keeps_its_code(world):
    rows = Unit.objects.unscoped("test").filter(pk=world.other_province.pk)

    assert refused_by(lambda: connection.cursor().execute("DELETE FROM orgs_unit")) == "orgs_unit_stays"
    assert refused_by(lambda: rows.update(code="20", path="20")) == "orgs_unit_stays"


@pytest.mark.parametrize("table", ["orgs_unit", "orgs_unit_version", "orgs_lineage"])
def test_no_table_of_units_is_ever_emptied(db, table):
    with pytest.raises(DatabaseError, match="never emptied"):
        connection.cursor().execute(f"TRUNCATE {table} CASCADE")


@pytest.mark.parametrize("change", [{"name": "Khác"}, {"path": "x"}, {"during": DateRange(PAST, None)}])
def test_a_version_that_has_begun_is_not_rewritten(world, change):
    assert refused_by(lambda: versions(world.hamlet).update(**change)) == "orgs_unit_version_stands"


def test_a_version_that_has_begun_is_not_deleted_and_one_ahead_is(world):
    end(world.hamlet, FAR)
    ahead = version_of(world.hamlet, name="Thôn Mới")

    ahead.delete()
    connection.check_constraints()

    assert refused_by(lambda: versions(world.hamlet).delete()) == "orgs_unit_version_stands"


def test_the_end_of_a_version_may_be_set_and_taken_back_until_it_has_come(world):
    end(world.hamlet, FAR)
    end(world.hamlet, None)
    end(world.hamlet, PAST)

    assert refused_by(lambda: end(world.hamlet, None)) == "orgs_unit_version_stands"


def test_a_unit_does_not_outlive_its_parent(world):
    assert refused_by(lambda: end(world.district, FAR)) == "orgs_unit_version_within_parent"
    assert refused_by(lambda: end(world.commune, FAR)) == "orgs_unit_version_within_parent"

    end(world.hamlet, FAR)
    end(world.commune, FAR)
    end(world.other_commune, FAR)
    end(world.district, FAR)
    connection.check_constraints()


def test_when_a_parent_moves_its_children_move_the_same_day(world):
    def move(unit, parent, path):
        end(unit, FAR)
        version_of(unit, parent=parent, path=path)

    lone = lambda: move(world.commune, world.province, "26/09043")  # noqa: E731 - said twice

    assert refused_by(lone) == "orgs_unit_version_path_and_level_fit"
    lone()
    move(world.hamlet, world.commune, "26/09043/09043.01")
    connection.check_constraints()


def test_a_level_nests_as_the_list_of_levels_says(world):
    def hamlet_below_province():
        make_unit(code="h", name="Thôn", level=Known.HAMLET, parent=world.province)

    assert refused_by(hamlet_below_province) == "orgs_unit_version_path_and_level_fit"
    Level.objects.filter(pk="hamlet").update(below=["commune", "province"])
    hamlet_below_province()
    connection.check_constraints()


def test_a_level_is_known_and_exists_on_the_day_a_unit_begins(world):
    def new_unit(level, opened_on=None):
        Unit.objects.create(
            code="n", name="n", folded_name="n", level=level, parent=world.province, path="26/n", opened_on=opened_on
        )

    assert refused_by(lambda: new_unit("canton")) == "orgs_unit_version_level_known"
    assert refused_by(lambda: new_unit("district", PAST)) == "orgs_unit_version_level_exists"
    new_unit("district", PAST - timedelta(days=1))
    connection.check_constraints()


def test_a_level_that_units_had_is_ended_never_deleted(world):
    Level.objects.create(
        code="region", rank=15, name_vi="Vùng", name_en="Region", below=["centre"], during=DateRange(None, None)
    )

    assert refused_by(lambda: Level.objects.filter(pk="hamlet").delete()) == "orgs_level_stays"
    Level.objects.filter(pk="region").delete()
    assert (
        refused_by(lambda: Level.objects.filter(pk="hamlet").update(during=DateRange(PAST, None))) == "orgs_level_stays"
    )
    Level.objects.filter(pk="hamlet").update(during=DateRange(None, FAR))


def test_a_path_that_is_not_its_parents_is_refused(world):
    def astray():
        Unit.objects.create(
            code="h", name="h", folded_name="h", level="hamlet", parent=world.commune, path="19/h", opened_on=None
        )

    assert refused_by(astray) == "orgs_unit_version_path_and_level_fit"


def test_two_units_never_have_one_path_on_a_day_nor_one_unit_two_versions(world):
    assert refused_by(lambda: version_of(world.hamlet)) == "orgs_unit_version_one_a_day"
    end(world.hamlet, FAR)
    assert (
        refused_by(lambda: version_of(world.hamlet, parent=world.district, path=world.commune.path))
        == "orgs_unit_version_one_a_place"
    )


def test_shares_add_up_in_both_directions(world):
    one, two = world.commune, world.other_commune

    assert refused_by(lambda: edge(one, two, share=0.5)) == "orgs_lineage_shares_whole"
    assert refused_by(lambda: edge(one, two, share_back=0.5)) == "orgs_lineage_shares_back_whole"
    assert refused_by(lambda: [edge(one, two), edge(two, two)]) == "orgs_lineage_shares_back_whole"
    for share_back in (0.3333333333, 0.6666666667):
        edge(one if share_back < 0.5 else two, two, share_back=share_back)
    connection.check_constraints()
    assert refused_by(lambda: Lineage.objects.unscoped("test").filter(predecessor=one).delete()) == (
        "orgs_lineage_shares_back_whole"
    )


def test_what_became_of_a_unit_on_a_day_that_has_come_stands(world):
    ahead = edge(world.commune, world.other_commune)
    ahead.delete()
    edge(world.commune, world.other_commune, on=PAST)
    rows = Lineage.objects.unscoped("test")

    assert refused_by(rows.delete) == "orgs_lineage_stands"
    assert refused_by(lambda: rows.update(kind="split")) == "orgs_lineage_stands"


def test_lineage_names_only_who_was_there(world):
    end(world.hamlet, PAST)

    assert refused_by(lambda: edge(world.hamlet, world.commune)) == "orgs_lineage_both_exist"
