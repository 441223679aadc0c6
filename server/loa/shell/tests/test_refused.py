"""What a page refuses before any command is asked is on record too, and cannot flood it."""

from datetime import timedelta

import pytest
from django.test import Client

from loa.audit.models import Entry
from loa.dispatch.tests.making import make_devices
from loa.kernel import clock
from loa.shell import refused
from loa.shell.tests.desk import browser_of


@pytest.fixture
def pace(monkeypatch):
    monkeypatch.setattr(refused, "_pace", refused.Pace())


@pytest.fixture
def officer(world, pace):
    return browser_of("canbo")


def on_record():
    entries = Entry.objects.filter(action=refused.ACTION).order_by("pk")
    return [(entry.actor_id, entry.target, entry.result) for entry in entries]


def test_a_page_that_needs_a_right_leaves_a_trace_when_it_refuses(world, officer):
    assert officer.get("/desk/people/").status_code == 403

    assert on_record() == [(str(world.officer_user.pk), "page:/desk/people/", "denied")]


def test_looking_for_a_thing_of_somebody_else_leaves_a_trace(world, officer):
    (device,) = make_devices(world.outsider_commune, count=1)

    assert officer.get(f"/desk/devices/{device.pk}/").status_code == 404

    assert on_record() == [(str(world.officer_user.pk), f"page:/desk/devices/{device.pk}/", "not_found")]


def test_what_a_command_refused_is_on_record_once(world, officer):
    before = Entry.objects.count()

    officer.post(f"/desk/people/{world.leader_user.pk}/close/")

    assert Entry.objects.count() <= before + 1


def test_an_address_that_does_not_exist_and_a_stranger_leave_none(world, officer):
    officer.get("/desk/nothing/here/")
    Client().get("/desk/people/")

    assert on_record() == []


def test_whoever_tries_a_thousand_doors_does_not_flood_the_record(world, officer):
    for _number in range(refused.MOST + 5):
        officer.get("/desk/people/")

    assert len(on_record()) == refused.MOST


def test_how_many_went_unrecorded_is_told_by_the_next_one():
    pace, now = refused.Pace(), clock.now()
    taken = [pace.take("7", now=now) for _number in range(refused.MOST + 3)]

    assert taken == [0] * refused.MOST + [None] * 3
    assert pace.take("8", now=now) == 0
    assert pace.take("7", now=now + timedelta(minutes=1)) == 3
