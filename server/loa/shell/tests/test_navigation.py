"""The menu of the desk: what it is about, in an order people find again."""

import pytest

from loa.shell.places import GROUPS, PLACES, Group
from loa.shell.tests.desk import browser_of, text_of

pytestmark = pytest.mark.django_db


def test_every_group_of_the_menu_has_places_and_a_title():
    assert {place.group for place in PLACES} == set(Group) == set(GROUPS)


def test_a_group_without_a_place_for_this_person_has_no_title(world):
    officer, technician = (text_of(browser_of(name).get("/desk/")) for name in ("canbo", "kythuat"))

    assert "Biên tập" in officer.split('class="content')[0]
    assert "Biên tập" not in technician.split('class="content')[0]
    assert "Trang thiết bị" in technician
