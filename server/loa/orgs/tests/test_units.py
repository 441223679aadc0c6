from collections import Counter
from datetime import date

import pytest
from django.db import connection
from django.db.backends.postgresql.psycopg_any import DateRange

from loa.audit.models import Entry
from loa.kernel.errors import Denied, NotFound
from loa.kernel.scope import system
from loa.orgs import commands, gazetteer, queries, rules
from loa.orgs.models import Unit, UnitVersion
from loa.orgs.refusals import ChangeAhead, CodeTaken, UnitsThere, UnknownProvince, WrongLevel


def units():
    return Unit.objects.unscoped("test")


@pytest.fixture
def province(db):
    commands.import_units(system("import"))
    return units().get(code="26")


def test_vinh_phuc_has_nine_districts_and_a_hundred_and_twenty_one_communes(province):
    counts = Counter(units().values_list("level", flat=True))

    assert counts == {"province": 1, "district": 9, "commune": 121}
    assert (province.name, province.path) == ("Tỉnh Vĩnh Phúc", "26")


def test_each_unit_stands_below_its_own_with_its_path(province):
    for unit in units().select_related("parent").exclude(pk=province.pk):
        assert unit.path == f"{unit.parent.path}/{unit.code}"


def test_a_known_commune_is_where_it_is(province):
    commune = units().get(code="08707")

    assert (commune.name, commune.folded_name, commune.path) == ("Phường Tích Sơn", "phuong tich son", "26/243/08707")
    assert commune.latitude == pytest.approx(21.308, abs=0.01)
    assert commune.longitude == pytest.approx(105.586, abs=0.01)


def test_every_unit_lies_in_and_around_the_province(province):
    for unit in units():
        assert 21.1 < unit.latitude < 21.6
        assert 105.3 < unit.longitude < 105.85


def test_a_commune_the_list_puts_into_another_province_stands_at_its_district(province):
    commune = units().select_related("parent").get(code="09118")

    assert (commune.name, commune.latitude) == ("Xã Lương Điền", commune.parent.latitude)


def test_importing_again_mends_names_and_doubles_nothing(province):
    units().filter(code="08707").update(name="Phường Nhầm", latitude=None, longitude=None)
    before = set(units().values_list("pk", "code"))

    assert commands.import_units(system("import")) == 131
    assert set(units().values_list("pk", "code")) == before
    assert units().get(code="08707").name == "Phường Tích Sơn"


def test_districts_and_communes_are_listed_the_vietnamese_way(province, world_scope):
    listed = [unit.name for unit in queries.units(world_scope) if unit.level == "district"]

    assert listed == [
        "Huyện Bình Xuyên",
        "Huyện Lập Thạch",
        "Thành phố Phúc Yên",
        "Huyện Sông Lô",
        "Huyện Tam Dương",
        "Huyện Tam Đảo",
        "Huyện Vĩnh Tường",
        "Thành phố Vĩnh Yên",
        "Huyện Yên Lạc",
    ]
    first = list(queries.units(world_scope)[:3])
    assert [unit.level for unit in first] == ["province", "district", "commune"]


@pytest.fixture
def world_scope():
    return system("test")


def test_units_are_found_with_and_without_accents(province, world_scope):
    assert queries.matching(world_scope, "tich son").get().code == "08707"
    assert queries.matching(world_scope, "Tích  SƠN").get().code == "08707"
    assert not queries.matching(world_scope, "không đâu").exists()


def test_a_province_that_is_not_in_the_list_is_refused(db, world_scope):
    with pytest.raises(UnknownProvince):
        commands.import_units(world_scope, province_code="00")


def test_the_list_has_parents_before_their_children():
    seen = set()
    for entry in gazetteer.read("26"):
        assert entry.parent_path in seen | {""}
        seen.add(rules.path_below(entry.parent_path, entry.code))


def test_an_officer_does_not_import_units(world):
    with pytest.raises(NotFound):
        commands.import_units(world.officer)
    with pytest.raises(Denied):
        commands.import_units(world.province_editor)


def test_a_hamlet_stands_below_its_commune_and_is_marked_as_demo(world):
    hamlet = commands.add_hamlet(
        world.administrator,
        world.commune,
        name=" Thôn Đông ",
        code="09043.02",
        latitude=21.2,
        longitude=105.6,
        is_demo=True,
    )

    assert (hamlet.name, hamlet.path) == ("Thôn Đông", f"{world.commune.path}/09043.02")
    assert hamlet.is_demo
    assert list(queries.descendants(world.commune)) == [world.hamlet, hamlet]
    assert Entry.objects.get().detail["hamlet"] == "09043.02"


def test_a_hamlet_is_refused_twice_elsewhere_and_by_others(world):
    with pytest.raises(CodeTaken):
        commands.add_hamlet(world.administrator, world.commune, name="x", code=world.hamlet.code)
    with pytest.raises(WrongLevel):
        commands.add_hamlet(world.administrator, world.district, name="x", code="1")
    with pytest.raises(Denied):
        commands.add_hamlet(world.officer, world.commune, name="x", code="1")
    with pytest.raises(NotFound):
        commands.add_hamlet(world.outsider, world.commune, name="x", code="1")


def test_a_unit_is_found_by_code_or_path_only_within_the_scope(world):
    assert queries.unit_by_code(world.officer, "09043") == world.commune
    assert queries.unit_by_path(world.officer, world.commune.path) == world.commune
    for code in ("09037", "26", "no such"):
        with pytest.raises(NotFound):
            queries.unit_by_code(world.officer, code)


def test_the_way_up_and_the_names_of_places(world):
    assert queries.ancestors(world.hamlet) == [world.province, world.district, world.commune]
    person = f"{world.commune.path}/~7"
    names = queries.names_of_places([person, "26", "77/1"])
    assert names == {person: "Xã Tam Hồng", "26": "Tỉnh Vĩnh Phúc", "77/1": "77/1"}


def test_a_hamlet_below_a_commune_whose_change_is_approved_waits(world):
    versions = UnitVersion.objects.unscoped("test")
    versions.filter(unit=world.hamlet).update(during=DateRange(None, date(2999, 1, 1)))
    versions.filter(unit=world.commune).update(during=DateRange(None, date(2999, 1, 1)))

    with pytest.raises(ChangeAhead):
        commands.add_hamlet(world.administrator, world.commune, name="x", code="1")


def test_a_hamlet_is_as_old_as_its_commune_stands_or_as_it_is_said_to_be(vinh_phuc_today):
    scope, commune = system("test"), units().get(code="08707")

    old = commands.add_hamlet(scope, commune, name="Thôn Một", code="08707.01")
    new = commands.add_hamlet(scope, commune, name="Thôn Hai", code="08707.02", opened_on=date(2026, 3, 1))

    connection.check_constraints()
    assert [str(one.opened_on) for one in (old, new)] == ["2025-07-01", "2026-03-01"]
    with pytest.raises(WrongLevel):
        commands.add_hamlet(scope, units().get(code="08713"), name="closed", code="x")


@pytest.fixture
def vinh_phuc_today(db):
    commands.import_units(system("import"), as_of=date(2025, 7, 1))
    connection.check_constraints()


def test_vinh_phuc_of_today_comes_with_its_history(vinh_phuc_today):
    open_ = Counter(units().filter(closed_on=None).values_list("level", flat=True))
    closed = Counter(units().exclude(closed_on=None).values_list("level", flat=True))
    commune = units().get(code="08713")

    assert open_ == {"province": 1, "commune": 36}
    assert closed == {"province": 1, "district": 9, "commune": 85}
    assert units().get(code="08707").path == "25/08707"
    assert (commune.path, commune.name, str(commune.closed_on)) == ("25/08707/08713", "Phường Hội Hợp", "2025-07-01")


def test_history_is_not_brought_over_units_at_work(province):
    with pytest.raises(UnitsThere):
        commands.import_units(system("import"), as_of=date(2025, 7, 1))


def test_importing_the_old_list_leaves_units_as_the_reform_made_them(vinh_phuc_today):
    before = list(units().order_by("pk").values_list("pk", "code", "name", "path", "sort_order"))

    commands.import_units(system("import"))

    assert list(units().order_by("pk").values_list("pk", "code", "name", "path", "sort_order")) == before
