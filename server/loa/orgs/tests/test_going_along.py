"""What keepers of every room share: letting rows stand at the heir, and back again."""

import uuid
from dataclasses import dataclass, field

from loa.orgs import ports
from loa.orgs.ports import Move, Moved


@dataclass
class Row:
    """A row as any room has it."""

    unit_id: int
    pk: uuid.UUID = field(default_factory=uuid.uuid4)


MOVES = [Move(from_unit=1, to_unit=9), Move(from_unit=2, to_unit=9)]


def test_rows_stand_at_the_unit_that_takes_over_and_are_told_with_where_they_stood():
    rows = [Row(1), Row(2)]

    moved = ports.hand_along("thing:", rows, MOVES, name=lambda row: f"number {row.unit_id}")

    assert [row.unit_id for row in rows] == [9, 9]
    assert [(one.thing, one.from_unit, one.to_unit) for one in moved] == [
        (f"thing:{rows[0].pk}", 1, 9), (f"thing:{rows[1].pk}", 2, 9),
    ]  # fmt: skip


def test_what_is_still_where_it_came_to_goes_back_to_where_it_came_from_and_nothing_else():
    there, elsewhere, another = Row(9), Row(5), Row(9)
    moved = [Moved(thing=f"thing:{row.pk}", name="", from_unit=1, to_unit=9) for row in (there, elsewhere)]
    moved.append(Moved(thing=f"other:{another.pk}", name="", from_unit=1, to_unit=9))

    back = ports.hand_back("thing:", [there, elsewhere, another], moved)

    assert back == [there]
    assert [row.unit_id for row in (there, elsewhere, another)] == [1, 5, 9]


def test_only_what_came_of_a_kind_is_told_by_its_key():
    row = Row(1)
    moved = [Moved(thing=f"{kind}:{row.pk}", name="", from_unit=1, to_unit=9) for kind in ("thing", "thing_else")]

    assert ports.came(moved, "thing:") == {row.pk: moved[0]}
    assert ports.heirs(MOVES) == {1: 9, 2: 9}
