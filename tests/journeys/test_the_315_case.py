"""The 03:15 case: one wrong time woke a commune. Here it takes a second person who read how many clusters it wakes."""

import os
import shutil
import subprocess
import sys
import time
import wave
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from playwright.sync_api import expect, sync_playwright

from loa.box.demo import province

pytestmark = [pytest.mark.system, pytest.mark.browser, pytest.mark.xdist_group("box"), pytest.mark.timeout(420)]

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
HOME = province.HOME
CLUSTERS = province.HOME_CLUSTERS

_PREPARE = """
from dataclasses import replace
from loa.accounts.models import User
from loa.bulletins import commands as bulletins, queries as bulletin_queries
from loa.bulletins.rules import Urgency
from loa.bulletins.tests.making import HEARD
from loa.kernel import clock, scope as scopes
from loa.media import commands as media, speech
from loa.orgs import queries as orgs
system = scopes.system("test")

def scope_of(name):
    return replace(orgs.scope_for(User.objects.get(username=name)), is_fresh=True)

def approved(code, title, author, leader):
    unit = orgs.unit_by_code(system, code)
    clip = media.keep(system, unit, prepared=speech.speak("Kiểm tra loa."))
    made = bulletins.write(scope_of(author), unit, title=title, text="Kiểm tra loa.",
                           author_id=User.objects.get(username=author).pk, clip_id=clip.pk, voice=clip.voice,
                           now=clock.now())
    bulletins.submit(scope_of(author), made, now=clock.now())
    bulletins.approve(scope_of(leader), made, number=1, hearing=HEARD, now=clock.now())
    return bulletin_queries.get(system, made.pk)
"""
_OWN = _PREPARE + 'print(json.dumps({"bulletin": str(approved(facts["home"], facts["title"], "canbo", "lanhdao").pk)}))'
_SENT = (
    _PREPARE
    + """
upper = approved("26", facts["title"], "bientap", "lanhdaotinh")
unit = orgs.unit_by_code(system, facts["home"])
sending = bulletins.send(scope_of("bientap"), upper, units=[unit], urgency=Urgency.NORMAL, now=clock.now())
print(json.dumps({"receipt": str(bulletin_queries.receipts_of_sending(sending.pk)[0].pk)}))
"""
)
_AIRINGS = "SELECT count(*) FROM dispatch_airing WHERE title = %s"
_OVERRIDES = """
SELECT kept.wakes, who.username FROM schedules_hours_override AS kept JOIN accounts_user AS who ON who.id = kept.by_id
  JOIN schedules_slot AS slot ON kept.source = 'slot:' || slot.id
  JOIN bulletins_bulletin AS b ON b.id = slot.bulletin_id
 WHERE b.title = %s
"""


@pytest.fixture
def person(box):
    contexts = []
    with sync_playwright() as playwright:
        flags = ["--no-sandbox"] if os.geteuid() == 0 else []
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=flags)

        def sign_in(name):
            context = browser.new_context(
                viewport={"width": 390, "height": 844}, locale="vi-VN", base_url=box.url, java_script_enabled=False
            )
            contexts.append(context)
            page = context.new_page()
            page.goto("/desk/")
            page.fill("input[name=username]", name)
            page.fill("input[name=password]", box.accounts[name])
            page.click("form.card button")
            box.show_second_factor(page, name)
            expect(page).not_to_have_url("**/sign-in/**")
            return page

        yield sign_in
        for context in contexts:
            context.close()
        browser.close()


@pytest.fixture
def night():
    """03:15 of a night to come."""
    now = datetime.now(ZONE)
    day = now.date() + timedelta(days=1 if now.hour < 3 else 2)
    return datetime.combine(day, datetime.min.time(), tzinfo=ZONE).replace(hour=3, minute=15)


def _choose(page, at, form):
    page.check("input[name=when][value=at]")
    page.fill("input[name=day]", at.date().isoformat())
    page.fill("input[name=at]", "03:15")
    page.click(f"{form} button.primary")


def test_a_wrong_time_sounds_only_when_a_second_person_read_whom_it_wakes(box, person, night):
    title = f"Kiểm tra loa ({time.time():.0f})"
    bulletin = box.ask(_OWN, title=title, home=HOME)["bulletin"]
    officer, leader = person("canbo"), person("lanhdao")

    officer.goto(f"/desk/bulletins/{bulletin}/where/")
    _choose(officer, night, "form.form")
    expect(officer.locator("input[name=confirmed]")).to_be_attached()
    assert box.scalar("SELECT count(*) FROM schedules_slot WHERE bulletin_id = %s", bulletin) == 0
    officer.check("input[name=confirmed]")
    officer.click("form.form button.primary")

    assert box.scalar(_AIRINGS, title) == 0
    leader.goto(f"/desk/bulletins/{bulletin}/")
    line = leader.locator("li[id^=slot-]")
    expect(line).to_contain_text(f"Sẽ có {CLUSTERS} cụm loa")
    expect(line.locator("input[name=wakes]")).not_to_be_checked()
    slot = box.scalar("SELECT id FROM schedules_slot WHERE bulletin_id = %s", bulletin)
    token = leader.locator("input[name=csrfmiddlewaretoken]").first.input_value()
    untold = leader.request.post(
        f"/desk/bulletins/{bulletin}/slots/{slot}/approve/",
        form={"csrfmiddlewaretoken": token},
        headers={"Referer": f"{box.url}/desk/bulletins/{bulletin}/"},
    )
    assert untold.status == 409
    assert box.scalar(_AIRINGS, title) == 0
    line.locator("input[name=wakes]").check()
    line.locator("form[action$='/approve/'] button").click()

    assert box.scalar(_AIRINGS, title) == 1
    assert box.rows(_OVERRIDES, title) == [(CLUSTERS, "lanhdao")]
    expect(leader.locator("main")).to_contain_text("Đã có người thứ hai đồng ý")
    box.ask(
        _PREPARE
        + "from loa.dispatch import commands as dispatching, queries as airings\n"
        + 'one = airings.visible(system).get(title=facts["title"])\n'
        + 'dispatching.cancel(system, one, reason="thử xong", now=clock.now())\nprint("{}")',
        title=title,
    )


def test_who_may_approve_alone_and_who_takes_from_above_wait_for_a_second_person(box, person, night):
    run = f"{time.time():.0f}"
    own = box.ask(_OWN, title=f"Tự đặt ({run})", home=HOME)["bulletin"]
    receipt = box.ask(_SENT, title=f"Từ tỉnh ({run})", home=HOME)["receipt"]
    leader, officer = person("lanhdao"), person("canbo")

    leader.goto(f"/desk/bulletins/{own}/where/")
    _choose(leader, night, "form.form")
    expect(leader.locator("main")).to_contain_text(f"Sẽ có {CLUSTERS} cụm loa")
    leader.check("input[name=wakes]")
    leader.click("form.form button.primary")
    officer.goto(f"/desk/inbox/{receipt}/")
    _choose(officer, night, "form[action$='/take/']")
    expect(officer.locator("main")).to_contain_text(f"Sẽ có {CLUSTERS} cụm loa")
    officer.check("input[name=wakes]")
    officer.click("form[action$='/take/'] button.primary")

    states = "SELECT count(*) FROM schedules_slot JOIN bulletins_bulletin AS b ON b.id = bulletin_id"
    assert box.scalar(f"{states} WHERE b.title LIKE %s AND schedules_slot.state = 'waiting'", f"%({run})") == 2
    assert box.scalar("SELECT count(*) FROM dispatch_airing WHERE title LIKE %s", f"%({run})") == 0
    leader.goto(f"/desk/inbox/{receipt}/")
    expect(leader.locator("form[action$='/agree/']")).to_contain_text(f"Sẽ có {CLUSTERS} cụm loa")
    leader.locator("form[action$='/disagree/'] button").click()
    assert box.scalar("SELECT count(*) FROM dispatch_airing WHERE title LIKE %s", f"%({run})") == 0


def test_a_technician_has_no_way_onto_the_air_and_a_test_is_soft_and_local(box, person, tmp_path):
    technician = person("kythuat")

    for address in ("/desk/bulletins/", "/desk/inbox/", "/desk/hours/propose/"):
        assert technician.request.get(address).status == 403
    before = box.scalar("SELECT count(*) FROM dispatch_airing")
    done = subprocess.run(
        [sys.executable, "-c", "from loa_agent import cli; raise SystemExit(cli.main())",
         "test", "--home", str(tmp_path), "--output", "wav"],
        capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip

    assert done.returncode == 0, done.stderr
    with wave.open(str(next((tmp_path / "recordings").glob("*.wav")))) as file:
        heard = np.frombuffer(file.readframes(file.getnframes()), dtype="<i2") / 32_767.0
    assert 0.01 < np.abs(heard).max() <= 0.1
    assert box.scalar("SELECT count(*) FROM dispatch_airing") == before
