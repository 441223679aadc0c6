"""Links for screens on a wall: who makes them, what they open, how they end."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from loa.dispatch import commands, walls
from loa.dispatch.keeping_walls import WallKeeper
from loa.dispatch.models import WallLink
from loa.dispatch.refusals import NoWallName
from loa.kernel import clock
from loa.kernel.errors import Denied, NotFound, WrongState
from loa.orgs.ports import Move

MONTH = timedelta(days=30)


def make_link(world, *, scope=None, unit=None, lasts=MONTH, name="Sảnh trụ sở", now=None):
    return commands.show_wall(
        scope or world.leader, unit or world.commune, name=name, lasts=lasts, now=now or clock.now()
    )


def test_a_leader_lets_a_screen_show_the_commune_and_its_secret_is_kept_nowhere(world):
    link, secret = make_link(world)

    kept = WallLink.objects.unscoped("test").values().get()
    assert secret not in str(kept)
    assert walls.opened(secret, now=clock.now()) == link


def test_the_name_of_a_screen_is_kept_without_what_nobody_sees(world):
    link, _ = make_link(world, name="Sảnh\u202e trụ\x07  sở\u200b")

    assert link.name == "Sảnh trụ sở"
    with pytest.raises(NoWallName):
        make_link(world, name="\u202e\u200b")


@pytest.mark.parametrize("who", ["officer", "monitor", "administrator"])
def test_who_lacks_the_right_makes_no_link(world, who):
    with pytest.raises(Denied):
        make_link(world, scope=getattr(world, who))


def test_a_leader_of_another_unit_does_not_find_it(world):
    with pytest.raises(NotFound):
        make_link(world, unit=world.other_commune)
    link, _ = make_link(world)
    with pytest.raises(NotFound):
        walls.get(world.other_officer, link.pk)


@pytest.mark.parametrize(
    "about", [{"name": " "}, {"name": "x" * 121}, {"lasts": timedelta()}, {"lasts": timedelta(days=367)}]
)
def test_a_link_has_a_name_and_an_end(world, about):
    with pytest.raises(NoWallName):
        make_link(world, **about)


def test_a_secret_opens_nothing_before_it_was_made_after_its_end_or_when_it_is_wrong(world):
    now = clock.now()
    link, secret = make_link(world, now=now)

    for wrong, at in ((secret, now + MONTH), (secret[:-1], now), ("", now), ("\0" * 9, now), (link.digest, now)):
        with pytest.raises(NotFound):
            walls.opened(wrong, now=at)
    commands.end_wall(world.leader, link, now=now)
    with pytest.raises(NotFound):
        walls.opened(secret, now=now)
    with pytest.raises(WrongState):
        commands.end_wall(world.leader, link, now=now)


def test_a_screen_sees_its_unit_and_may_do_nothing(world):
    link, _ = make_link(world)
    scope = walls.scope_of(link)

    assert all(scope.can(code, f"{world.hamlet.path}#loudspeaker") for code in walls.SEES)
    assert not any(scope.can(code, world.other_commune.path) for code in walls.SEES)
    assert set(scope.grants) == set(walls.SEES)
    assert all(code.endswith(".view") for code in walls.SEES)


def test_a_link_is_never_changed_or_deleted_by_sql(world):
    link, _ = make_link(world)
    rows = WallLink.objects.unscoped("test")

    for change in (
        lambda: rows.update(expires_at=link.expires_at + timedelta(days=1)),
        lambda: rows.update(digest="0" * 64),
        rows.delete,
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            change()
    commands.end_wall(world.leader, link, now=clock.now())
    with pytest.raises(IntegrityError), transaction.atomic():
        rows.update(ended_at=None, ended_by=None)


def test_a_screen_shows_the_unit_that_takes_over_and_goes_back(world):
    link, secret = make_link(world)
    moves = [Move(from_unit=world.commune.pk, to_unit=world.other_commune.pk)]

    moved = WallKeeper().hand_over(moves, now=clock.now())
    assert walls.opened(secret, now=clock.now()).unit == world.other_commune

    assert WallKeeper().take_back(moved, now=clock.now()) == 1
    assert walls.opened(secret, now=clock.now()).unit == world.commune
    assert WallKeeper().holdings([world.commune.pk]) == {world.commune.pk: 1}
    assert link.audit_name == f"wall:{link.pk}"
