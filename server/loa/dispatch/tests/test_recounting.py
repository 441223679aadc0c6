"""A published figure that was changed by hand is found when the record is verified."""

from datetime import timedelta

import pytest
from django.db.models import F

from loa.audit import verifying
from loa.audit.ports import Fault
from loa.dispatch import counting
from loa.dispatch.models import Tally, Told
from loa.dispatch.tests.making import NOW, make_airing, make_devices, make_evidence


def differing(where="dispatch_tally"):
    found = verifying.verify().findings
    return [(one.which, one.about) for one in found if one.fault == Fault.FIGURE_DIFFERS and one.where == where]


@pytest.fixture
def airing(world):
    devices = make_devices(world.commune, count=3)
    airing = make_airing(world, start_at=NOW + timedelta(minutes=5))
    make_evidence(airing, devices[0])
    counting.refresh_all(now=airing.end_at + timedelta(days=2))
    return airing


def test_a_figure_that_follows_from_its_rows_is_as_it_was_published(airing):
    assert Tally.objects.unscoped("test").get().heard == 1
    assert differing() == []


def test_a_figure_changed_by_sql_is_named_with_what_it_should_be(airing):
    Tally.objects.unscoped("test").update(heard=F("meant"), untold=0)

    ((which, about),) = differing()
    assert len(differing("dispatch_day")) == 1

    assert which == str(airing.pk)
    assert "3/3" in about
    assert "1/3" in about


def test_a_figure_that_was_removed_for_a_unit_is_named(airing, world):
    unit = world.other_commune
    Tally.objects.unscoped("test").create(airing=airing, unit=unit, on=NOW.date(), meant=5, heard=5, heard_ms=1)

    assert [which for which, _ in differing()] == [str(airing.pk)]


def test_a_figure_that_is_about_to_be_counted_anew_is_no_fault(airing):
    Tally.objects.unscoped("test").update(heard=F("meant"), untold=0)
    Told.objects.create(airing_id=airing.pk)

    assert differing() == differing("dispatch_day") == []
