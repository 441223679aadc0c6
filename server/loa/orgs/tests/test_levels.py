from datetime import date, timedelta

import pytest
from django.db import connection

from loa.kernel.errors import Denied, NotFound
from loa.orgs import commands, queries
from loa.orgs.models import Grant, Level, Unit
from loa.orgs.refusals import LevelInUse, LevelMissing, LevelTaken
from loa.orgs.tests.world import make_unit

FAR = date(2999, 1, 1)
REGION = {"code": "region", "name_vi": "Vùng", "name_en": "Region", "below": ["centre"], "above": ["province"]}


@pytest.fixture
def everywhere(world):
    """The province's administrator, who administers the neighboring province too."""
    Grant.objects.create(user=world.administrator_user, role_id="administrator", unit=world.other_province)
    return queries.scope_for(world.administrator_user)


def test_a_region_comes_between_the_centre_and_its_provinces(everywhere, world):
    commands.add_level(everywhere, queries.country(), **REGION)

    assert [level.code for level in queries.levels()][:3] == ["centre", "region", "province"]
    region = Unit.objects.create(code="V1", name="Vùng 1", folded_name="vung 1", level="region", path="V1")
    make_unit(code="31", name="Tỉnh Mới", level=type("Of", (), {"value": "province"}), parent=region)
    connection.check_constraints()


def test_a_level_is_refused_twice_and_below_one_that_is_not(everywhere):
    commands.add_level(everywhere, queries.country(), **REGION)

    with pytest.raises(LevelTaken):
        commands.add_level(everywhere, queries.country(), **REGION)
    with pytest.raises(LevelMissing):
        commands.add_level(everywhere, queries.country(), **{**REGION, "code": "x", "below": ["canton"]})


def test_only_who_administers_every_top_changes_levels(world):
    place = queries.country()

    with pytest.raises(NotFound):
        commands.add_level(world.administrator, place, **REGION)
    with pytest.raises((Denied, NotFound)):
        commands.add_level(world.officer, place, **REGION)
    with pytest.raises((Denied, NotFound)):
        commands.end_level(world.leader, place, code="centre", end_on=FAR)
    assert not Level.objects.filter(pk="region").exists()


def test_a_level_ends_only_when_no_unit_has_it(everywhere, world):
    with pytest.raises(LevelInUse):
        commands.end_level(everywhere, queries.country(), code="hamlet", end_on=FAR)
    with pytest.raises(LevelMissing):
        commands.end_level(everywhere, queries.country(), code="nothing", end_on=FAR)

    commands.end_level(everywhere, queries.country(), code="centre", end_on=FAR)

    assert Level.objects.get(pk="centre").during.upper == FAR
    with pytest.raises(LevelMissing):
        commands.end_level(everywhere, queries.country(), code="centre", end_on=FAR + timedelta(days=1))
