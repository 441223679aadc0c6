from dataclasses import replace

import pytest

from loa.bulletins import commands as bulletins
from loa.bulletins.tests.making import HEARD, NOW, make_bulletin
from loa.dispatch.tests.making import HOUR, make_devices
from loa.kernel.errors import FreshFactorNeeded
from loa.orgs import queries as orgs
from loa.orgs.rules import Role, is_far
from loa.orgs.tests.world import make_user
from loa.schedules import commands, queries, rules
from loa.schedules.models import Slot
from loa.schedules.tests.making import asked


@pytest.fixture
def chief(world):
    """A leader of the province, whose second factor was shown long ago."""
    return orgs.scope_for(make_user("truongphong", "Đinh Văn Trưởng", unit=world.province, role=Role.LEADER))


@pytest.fixture
def bulletin(world):
    for unit in (world.commune, world.other_commune):
        make_devices(unit)
    made = make_bulletin(world, unit=world.province, scope=world.province_editor, user=world.province_editor_user)
    bulletins.submit(world.province_editor, made, now=NOW)
    return made


def ask(world, bulletin, unit, *, start_at=NOW + HOUR):
    return asked(world, bulletin, scope=world.province_editor, unit=unit, start_at=start_at)


def approve(scope, bulletin):
    waiting = queries.of_bulletin(scope, bulletin.pk).filter(state=rules.State.WAITING)
    return commands.approve(
        scope, bulletin, number=1, hearing=HEARD, places=queries.places_sha256(list(waiting)), now=NOW
    )


@pytest.mark.parametrize(
    "where", [["province"], ["district"], ["commune", "other_commune"], ["hamlet", "other_commune"]]
)
def test_approving_beyond_one_commune_needs_a_fresh_factor_and_decides_nothing_without(world, chief, bulletin, where):
    for name in where:
        ask(world, bulletin, getattr(world, name))

    with pytest.raises(FreshFactorNeeded):
        approve(chief, bulletin)

    bulletin.refresh_from_db()
    assert bulletin.state == "submitted"
    approve(replace(chief, is_fresh=True), bulletin)
    assert not Slot.objects.unscoped("test").filter(state=rules.State.WAITING).exists()


@pytest.mark.parametrize("where", [["commune"], ["hamlet"], ["commune", "hamlet"]])
def test_approving_for_one_commune_needs_none(world, chief, bulletin, where):
    for name in where:
        ask(world, bulletin, getattr(world, name))

    approve(chief, bulletin)

    assert not Slot.objects.unscoped("test").filter(state=rules.State.WAITING).exists()


def test_one_commune_after_another_is_more_than_one_commune(world, chief, bulletin):
    ask(world, bulletin, world.commune)
    approve(chief, bulletin)
    more = ask(world, bulletin, world.other_commune)

    with pytest.raises(FreshFactorNeeded):
        commands.approve_place(chief, bulletin, slot_id=more.pk, now=NOW)
    with pytest.raises(FreshFactorNeeded):
        commands.air(chief, bulletin, unit=world.other_commune, start_at=NOW + 2 * HOUR, device_ids=None, now=NOW)

    again = ask(world, bulletin, world.commune, start_at=NOW + 3 * HOUR)
    assert commands.approve_place(chief, bulletin, slot_id=again.pk, now=NOW).state == rules.State.PLACED
    fresh = replace(chief, is_fresh=True)
    assert commands.approve_place(fresh, bulletin, slot_id=more.pk, now=NOW).state == rules.State.PLACED


def test_a_level_the_program_does_not_know_reaches_far():
    assert is_far([("region", "01")])
    assert not is_far([("hamlet", "26/1/2"), ("hamlet", "26/1/3"), ("commune", "26/1")])
    assert is_far([("hamlet", "26/1/2"), ("hamlet", "26/2/3")])
