import logging
import os
import signal
import subprocess
import sys
from datetime import timedelta

import pytest
from django.db import connection
from procrastinate.contrib.django.models import ProcrastinateJob

from loa.kernel import clock
from loa.orgs import commands, queries, rehearsing, tasks
from loa.orgs.changes import Altering, Placing, Plan
from loa.orgs.models import Grant, Handover, Reorganisation, Unit
from loa.orgs.tests.reorganising import DAY, MIDNIGHT, NOW, abolish_district, approved, merge, propose, shelf_of
from loa.orgs.tests.world import make_user

CHILD = """
import sys, uuid, django
django.setup()
from datetime import datetime
from loa.kernel import scope
from loa.orgs import commands, models, ports
from loa.orgs.tests.reorganising import Shelf

class Stuck(Shelf):
    def hand_over(self, moves, *, now):
        moved = super().hand_over(moves, now=now)
        print("half way", flush=True)
        sys.stdin.read()
        return moved

ports.keep_with(Stuck())
made = models.Reorganisation.objects.unscoped("test").get(pk=uuid.UUID(sys.argv[1]))
commands.carry_out(scope.system("clock"), made, now=datetime.fromisoformat(sys.argv[2]))
"""


def test_the_clock_carries_out_what_is_due_in_order_and_nothing_else(world):
    first = approved(world, Plan(alters=[Altering(code="09043.01", name="Thôn Một")]), on=DAY - timedelta(days=1))
    second = approved(world, merge("09043", "09037"))
    waiting = propose(world, Plan(alters=[Altering(code="05440", name="Xã Khác")]), scope=world.system)

    assert tasks.carry_out_due(now=MIDNIGHT - timedelta(days=2)) == 0
    assert tasks.carry_out_due(now=MIDNIGHT + timedelta(days=3)) == 2
    assert tasks.carry_out_due(now=MIDNIGHT + timedelta(days=3)) == 0

    states = dict(Reorganisation.objects.unscoped("test").values_list("pk", "state"))
    assert states == {first.pk: "in_force", second.pk: "in_force", waiting.pk: "proposed"}


def test_one_that_cannot_be_carried_out_stops_those_behind_it_and_says_so(world, caplog):
    made = approved(world, merge("09043", "09037"))
    Unit.objects.unscoped("a hand in the database").filter(code="09037").update(closed_on=DAY)

    with caplog.at_level(logging.ERROR):
        assert tasks.carry_out_due(now=MIDNIGHT) == 0

    made.refresh_from_db()
    assert made.state == "approved"
    assert "change of units not carried out" in caplog.text


@pytest.mark.parametrize("hours", [24, -24])
def test_a_clock_that_is_wrong_by_a_day_begins_nothing(world, caplog, hours):
    past = (NOW - timedelta(days=40)).date()
    made = approved(world, merge("09043", "09037"), on=past, is_retroactive=True)

    with caplog.at_level(logging.ERROR):
        assert tasks.turn(now=clock.now() + timedelta(hours=hours)) == 0
    made.refresh_from_db()
    assert made.state == "approved"
    assert "disagree on the time" in caplog.text

    assert tasks.turn(now=clock.now()) == 1


@pytest.mark.django_db(transaction=True)
def test_killed_with_no_warning_in_the_middle_it_is_as_if_never_begun(world, monkeypatch):
    made = approved(world, merge("09043", "09037"))
    at = connection.settings_dict
    url = f"postgresql://{at['USER']}:{at['PASSWORD']}@/{at['NAME']}?host={at['HOST']}&port={at['PORT']}"
    child = subprocess.Popen(
        [sys.executable, "-c", CHILD, str(made.pk), MIDNIGHT.isoformat()],
        env=os.environ | {"LOA_DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "loa.settings"},
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert child.stdout.readline().strip() == "half way"

    child.send_signal(signal.SIGKILL)
    child.communicate()

    made.refresh_from_db()
    unit = Unit.objects.unscoped("test").get(code="09037")
    assert (made.state, unit.closed_on, unit.path) == ("approved", None, "26/251/09037")
    assert Handover.objects.unscoped("test").count() == 0

    shelf = shelf_of(monkeypatch, loa=unit.pk)
    assert tasks.carry_out_due(now=MIDNIGHT + timedelta(minutes=3)) == 1
    assert shelf.at == {"loa": world.commune.pk}


def test_a_rehearsal_tells_what_moves_clashes_and_comes_along_and_changes_nothing(world, monkeypatch):
    shelf = shelf_of(monkeypatch, loa=world.other_commune.pk, micro=world.commune.pk, cot=world.hamlet.pk)
    made = propose(world, merge("09037", "09043", name="Xã Đồng Cương Mới"))

    tasks.rehearse(str(made.pk))

    made.refresh_from_db()
    told = made.dry_run
    assert [(move["from"], move["to"], move["counts"]["shelf"]) for move in told["moves"]] == [("09043", "09037", 1)]
    assert [(one["code"], one["counts"]["shelf"]) for one in told["along"]] == [("09037", 1), ("09043.01", 1)]
    assert [(clash["unit"], clash["words"]["vi"]) for clash in told["clashes"] if clash["keeper"] == "shelf"] == [
        ("09037", "Two of a kind")
    ]
    assert shelf.at == {"loa": world.other_commune.pk, "micro": world.commune.pk, "cot": world.hamlet.pk}
    assert made.state == "proposed"
    assert told["estimate_s"] >= 0


def test_a_rehearsal_names_people_who_lose_their_level(world):
    person = make_user("canbohuyen", "Mai Văn Huyện", unit=world.district)
    Grant.objects.create(user=person, role_id="officer", unit=world.district)
    made = propose(world, abolish_district())
    tasks.rehearse(str(made.pk))
    made.refresh_from_db()
    assert [(one["name"], one["place"]) for one in made.dry_run["people"]] == [("Mai Văn Huyện", None)]
    assert made.dry_run["unplaced"] == 1

    commands.place_people(world.administrator, made, people=[Placing(unit="09043")])
    made.refresh_from_db()
    assert rehearsing.is_stale(made, now=clock.now())
    tasks.rehearse(str(made.pk))
    made.refresh_from_db()

    assert made.dry_run["people"][0]["place"] == "09043"
    assert not rehearsing.is_stale(made, now=clock.now())
    assert rehearsing.is_stale(made, now=clock.now() + timedelta(hours=1))


def test_a_rehearsal_says_when_the_plan_no_longer_fits(world):
    made = propose(world, merge("09043", "09037"))
    other = approved(world, Plan(alters=[Altering(code="09037", name="Xã Khác")]))
    assert queries.reorganisation(world.administrator, other.pk).state == "approved"

    tasks.rehearse(str(made.pk))

    made.refresh_from_db()
    assert "09037" in made.dry_run["flaws"][0]["vi"]


@pytest.mark.django_db(transaction=True)
def test_a_rehearsal_is_asked_for_once_however_often_the_page_is_opened(world):
    made = propose(world, merge("09043", "09037"))

    for _ in range(3):
        tasks.rehearse_later(made)

    assert ProcrastinateJob.objects.filter(task_name="orgs.rehearse").count() == 1
