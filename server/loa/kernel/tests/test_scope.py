from dataclasses import replace

import pytest

from loa.kernel import scope as scopes
from loa.kernel.scope import Actor, ActorKind, Scope

COMMUNE = "26/251/09043"


def holding(**grants):
    actor = Actor(kind=ActorKind.PERSON, id="1")
    return Scope(actor=actor, grants={code.replace("_", "."): frozenset(paths) for code, paths in grants.items()})


@pytest.mark.parametrize(
    ("path", "is_reached"),
    [
        (COMMUNE, True),
        (f"{COMMUNE}/09043.01", True),
        ("26/251", False),
        ("26/251/0904", False),
        ("26/251/090431", False),
        ("", False),
    ],
)
def test_a_grant_reaches_its_unit_and_below_and_no_namesake(path, is_reached):
    scope = holding(room_see=[COMMUNE])

    assert scope.can("room.see", path) is is_reached
    assert scope.sees(path) is is_reached


def test_a_right_at_one_thing_reaches_it_and_not_its_unit_or_neighbor():
    scope = holding(room_see=[f"{COMMUNE}/@018f"])

    assert scope.can("room.see", f"{COMMUNE}/@018f")
    assert not scope.can("room.see", f"{COMMUNE}/@018e")
    assert not scope.can("room.see", COMMUNE)


@pytest.mark.parametrize(
    ("path", "is_reached"),
    [
        (f"{COMMUNE}#board", True),
        (f"{COMMUNE}/09043.01#board", True),
        (f"{COMMUNE}#loudspeaker", False),
        (COMMUNE, False),
        ("26#board", False),
    ],
)
def test_a_right_for_one_channel_reaches_only_what_is_on_it(path, is_reached):
    assert holding(room_see=[f"{COMMUNE}#board"]).can("room.see", path) is is_reached


def test_a_right_at_a_unit_alone_reaches_nothing_below():
    scope = holding(room_see=["26!"])

    assert scope.can("room.see", "26")
    assert not scope.can("room.see", COMMUNE)


def test_a_right_for_every_channel_reaches_each():
    assert holding(room_see=["26"]).can("room.see", f"{COMMUNE}#board")


def test_another_right_at_the_same_unit_is_seen_but_not_allowed():
    scope = holding(room_see=[COMMUNE])

    assert not scope.can("room.do", COMMUNE)
    assert not scope.holds("room.do")
    assert scope.roots("room.do") == frozenset()


def test_a_scope_without_grants_sees_nothing():
    assert not holding().sees("26")


def test_the_system_sees_and_may_everything():
    assert scopes.system("clock").can("anything.at.all", "26")
    assert scopes.system("clock").actor.kind is ActorKind.SYSTEM


def test_withheld_rights_do_not_hold_and_are_told_from_those_nobody_gave():
    scope = scopes.withhold(
        holding(room_see=[COMMUNE], room_change=[COMMUNE]), {"room.change"}, by=scopes.Limit.NETWORK
    )

    assert scope.can("room.see", COMMUNE)
    assert not scope.can("room.change", COMMUNE)
    assert not scope.holds("room.change")
    assert scope.is_withheld("room.change", f"{COMMUNE}/09043.01")
    assert scope.is_withheld("room.change")
    assert not scope.is_withheld("room.change", "19")
    assert not scope.is_withheld("room.see")


@pytest.mark.parametrize("thing", ["@018f", "~12"])
def test_a_right_at_a_unit_alone_holds_for_what_stands_there(thing):
    scope = holding(room_see=["26!"])

    assert scope.can("room.see", f"26/{thing}")
    assert not scope.can("room.see", f"{COMMUNE}/{thing}")


@pytest.mark.parametrize(
    ("own", "given", "is_reached"),
    [
        ("26", "26", True),
        ("26", f"{COMMUNE}/@018f#board", True),
        ("26", "26!", True),
        ("26!", "26", False),
        ("26!", "26!#board", True),
        ("26!", "26/@018f", True),
        ("26!", COMMUNE, False),
        ("26#board", "26", False),
        ("26#board", f"{COMMUNE}#board", True),
        (f"{COMMUNE}/@018f", f"{COMMUNE}/@018f", True),
        (f"{COMMUNE}/@018f", f"{COMMUNE}/@018e", False),
        (COMMUNE, "26", False),
    ],
)
def test_nobody_gives_more_than_they_have(own, given, is_reached):
    assert holding(room_see=[own]).covers("room.see", given) is is_reached


def test_who_stands_in_is_named_only_where_the_right_is_not_their_own():
    scope = replace(holding(room_see=["26", COMMUNE]), lent={"room.see": {"26": "7"}})

    assert scope.stands_in_for("room.see", "26") == "7"
    assert scope.stands_in_for("room.see", COMMUNE) == ""
    assert scope.stands_in_for("room.do", "26") == ""
