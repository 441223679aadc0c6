"""Where something stands, asked in SQL: the same answer as the rule in `scope`."""

import pytest

from loa.kernel import scoped
from loa.kernel.scope import is_within
from loa.orgs.models import Unit

ROOTS = ["26", "26/251", "26/251/0904", "26/251/09043", "26/251/09043/", "26/2_1", "26/%", "", "19"]


def within(paths):
    found = Unit.objects.unscoped("test").filter(path__within=paths)
    return set(found.values_list("path", flat=True))


@pytest.mark.parametrize("root", ROOTS)
def test_sql_and_the_rule_agree_on_what_lies_within_a_path(world, root):
    every = set(Unit.objects.unscoped("test").values_list("path", flat=True))

    assert within(root) == {path for path in every if is_within(path, root)}


def test_of_several_paths_what_lies_within_any_is_found_once(world):
    both = Unit.objects.unscoped("test").filter(path__within=[world.commune.path, world.district.path])

    assert list(both.values_list("path", flat=True)).count(world.commune.path) == 1
    assert within([world.commune.path, world.district.path]) == within(world.district.path)


def test_no_path_reaches_nothing_and_asks_nobody(world, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert within([]) == set()


def test_what_lies_elsewhere_is_what_is_left(world):
    others = Unit.objects.unscoped("test").exclude(path__within=world.commune.path)

    assert set(others.values_list("path", flat=True)).isdisjoint(within(world.commune.path))


def test_rows_of_several_kinds_are_counted_in_one_query(world, django_assert_num_queries):
    seen = Unit.objects.within(world.officer, "orgs.view")
    with django_assert_num_queries(1):
        counted = scoped.counts([("all", seen), ("twice", seen), ("twice", seen), ("none", seen.none())])

    assert counted == {"all": 2, "twice": 4}
    assert scoped.counts([]) == {}


def test_rows_that_nobody_scoped_are_not_counted(world):
    with pytest.raises(scoped.UnscopedQuery):
        scoped.counts([("seen", Unit.objects.within(world.officer, "orgs.view")), ("all", Unit.objects.all())])
