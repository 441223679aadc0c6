"""Questions about the tree of any day hold their pace with a whole country in the database."""

import pytest

from loa.box.bench import tree


@pytest.mark.system
def test_questions_about_the_tree_are_answered_in_milliseconds_with_the_whole_country():
    figures = tree.run({"rounds": "15"})

    assert (figures["units_of_old"], figures["parts"]) == (10_794, 11_356)
    slow = {name: told for name, told in figures["questions"].items() if told["median_ms"] > 25}
    assert {name for name in slow if not name.startswith("whole_country")} == set()
