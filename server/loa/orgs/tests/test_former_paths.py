from hypothesis import given, settings
from hypothesis import strategies as st

from loa.orgs.former_paths import Node, relocate


def covers(path, other):
    return other == path or other.startswith(f"{path}/")


class Country:
    """Units that only move; keeps beside each the paths it ever had."""

    def __init__(self, size):
        self.nodes = {}
        self.ever = {}
        for number in range(size):
            parent = None if number < 3 else (number - 3) // 3 if number < 12 else 3 + (number - 12) // 2
            above = self.nodes[parent].path + "/" if parent is not None else ""
            self.nodes[number] = Node(id=number, code=f"c{number}", parent=parent, path=f"{above}c{number}")
            self.ever[number] = set()

    def line(self, unit):
        line = [unit]
        while self.nodes[line[-1]].parent is not None:
            line.append(self.nodes[line[-1]].parent)
        return line

    def can_go(self, unit, parent):
        return parent is None or unit not in self.line(parent)

    def move(self, unit, parent):
        spots = relocate(self.nodes.values(), {unit: parent})
        before = {pk: node.path for pk, node in self.nodes.items()}
        for pk, node in list(self.nodes.items()):
            spot = spots.get(pk)
            self.nodes[pk] = Node(
                id=pk, code=node.code, parent=parent if pk == unit else node.parent,
                path=spot.path if spot else node.path, former=spot.former if spot else node.former,
            )  # fmt: skip
        for pk, path in before.items():
            if self.nodes[pk].path != path:
                self.ever[pk].add(path)


moves = st.lists(st.tuples(st.integers(0, 19), st.one_of(st.none(), st.integers(0, 19))), max_size=12)


@settings(max_examples=150, deadline=None)
@given(moves)
def test_nobody_reaches_into_the_present_of_another_by_a_former_path(wanted):
    country = Country(20)
    for unit, parent in wanted:
        if country.can_go(unit, parent):
            country.move(unit, parent)

    for holder, node in country.nodes.items():
        for former in node.former:
            for other, present in country.nodes.items():
                if covers(former, present.path):
                    assert holder in country.line(other)


@settings(max_examples=150, deadline=None)
@given(moves)
def test_whoever_holds_a_unit_or_one_above_it_finds_what_it_ever_wrote(wanted):
    country = Country(20)
    for unit, parent in wanted:
        if country.can_go(unit, parent):
            country.move(unit, parent)

    presents = {node.path for node in country.nodes.values()}
    for unit, paths in country.ever.items():
        for path in paths - presents:
            for above in country.line(unit):
                node = country.nodes[above]
                assert any(covers(one, path) for one in (node.path, *node.former)), (unit, path, above)


def test_what_one_former_path_covers_is_not_kept_twice():
    country = Country(20)
    country.move(1, 0)

    assert country.nodes[0].former == ("c1",)
    assert country.nodes[12].path == "c0/c3/c12"
    assert country.nodes[6].former == ("c1/c6",)


def test_a_unit_that_stood_below_one_that_then_stood_below_it_keeps_its_own_former_path():
    country = Country(20)
    for unit, parent in ((3, None), (0, 3), (0, None)):
        country.move(unit, parent)

    assert "c0/c3" in country.nodes[3].former


def test_what_goes_back_takes_its_former_path_with_it():
    country = Country(20)
    country.move(6, 0)
    assert country.nodes[0].former == ("c1/c6",)

    country.move(6, 1)

    assert country.nodes[0].former == ()
    assert country.nodes[1].former == ("c0/c6",)


def test_a_wide_former_path_that_lives_again_leaves_the_parts_that_stayed():
    country = Country(20)
    country.move(1, 0)
    country.move(6, 0)

    country.move(1, None)

    assert country.nodes[0].former == ("c1/c6",)
    assert set(country.nodes[6].former) == {"c0/c1/c6", "c1/c6"}
