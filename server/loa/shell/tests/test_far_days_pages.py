"""Forms with days at the ends of the calendar and numbers past counting: a sentence, never an error page."""

from datetime import time, timedelta

import pytest
from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils import timezone

from loa.dispatch.tests.making import make_devices
from loa.kernel import clock
from loa.schedules.models import Entry, HourRule, SpeechConsent
from loa.schedules.tests.programme_making import make_words
from loa.shell.tests.desk import browser_of, text_of

FAR = "9999-12-31"
HOURS = {
    "sessions_most": "2", "quiet_from": "21:00", "quiet_until": "05:30", "from_1": "05:30", "until_1": "07:00",
    "days_1": ["0"],
}  # fmt: skip


def tomorrow():
    return (timezone.localdate(clock.now()) + timedelta(days=1)).isoformat()


@pytest.mark.parametrize(
    "about",
    [
        {"start_on": "1899-01-01", "repeat": "lunar", "lunar_days": "1"},
        {"start_on": "0001-01-01", "repeat": "lunar", "lunar_days": "1"},
        {"start_on": FAR, "from_on": tomorrow},
        {"move_day": FAR, "move_at": "18:00"},
        {"start_on": "0001-01-01", "repeat": "rule", "rule": "FREQ=WEEKLY;BYDAY=MO;WKST=SU"},
        {"repeat": "rule", "rule": "FREQ=DAILY;UNTIL=99991231T235959Z"},
        {"start_on": "1990-01-01"},
    ],
)
def test_an_entry_with_days_out_of_reach_is_refused_in_the_form(world, about):
    officer = browser_of("canbo")
    words = make_words(world, now=clock.now())
    said = {
        "kind": "bulletin", "bulletin": str(words.pk), "at": "17:00", "frame": "15", "repeat": "daily",
        "start_on": tomorrow(), "reach": "all",
    }  # fmt: skip

    answer = officer.post(
        "/desk/programme/new/", said | {name: told() if callable(told) else told for name, told in about.items()}
    )

    assert answer.status_code == 409
    assert "Hệ thống không lập lịch" in text_of(answer) or "không phải là quy tắc lặp lại" in text_of(answer)
    assert not Entry.objects.unscoped("test").exists()


@pytest.mark.parametrize("about", [{"first": FAR}, {"last": FAR}])
def test_hours_out_of_reach_are_refused_in_the_form(world, about):
    answer = browser_of("canbo").post("/desk/hours/propose/", HOURS | {"first": tomorrow()} | about)

    assert answer.status_code == 422
    assert "Hệ thống không lập lịch" in text_of(answer)


def test_hours_that_were_proposed_out_of_reach_have_a_page_on_which_they_are_declined(world):
    far = HourRule.objects.create(
        unit=world.commune, during=DateRange(timezone.localdate().replace(9999, 12, 31), None), is_special=False,
        is_limit=True, windows={}, quiet_from=time(21), quiet_until=time(5, 30), state="proposed",
        proposed_by=world.officer_user, proposed_at=clock.now(),
    )  # fmt: skip
    leader = browser_of("lanhdao")

    page = leader.get(f"/desk/hours/{far.pk}/")
    leader.post(f"/desk/hours/{far.pk}/decline/")

    far.refresh_from_db()
    assert (page.status_code, far.state) == (200, "declined")
    assert leader.get(f"/desk/hours/{far.pk}/").status_code == 200


def test_nobody_agrees_in_the_form_to_more_clusters_than_there_are(world):
    make_devices(world.commune)
    form = {"unit": world.commune.code, "speaker": str(world.leader_user.pk), "wakes": str(2**31)}

    answer = browser_of("canbo").post("/desk/live/agree/", form)

    assert answer.status_code == 422
    assert not SpeechConsent.objects.unscoped("test").exists()
