"""An item withdrawn while it airs: 14 clusters fall silent within seconds, and the page says what was heard of it."""

import json
import sys
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from loa.box.demo import province

pytestmark = [pytest.mark.system, pytest.mark.browser, pytest.mark.xdist_group("box"), pytest.mark.timeout(240)]

CLUSTERS = province.HOME_CLUSTERS
SILENT_WITHIN = timedelta(seconds=5)

_AIR = """
from datetime import timedelta
from loa.accounts.models import User
from loa.bulletins import commands as bulletins
from loa.bulletins.rules import Hearing, Way
from loa.kernel import clock
from loa.media import commands as media, speech
from loa.orgs import queries as orgs
from loa.schedules import commands as schedules, queries
officer, leader = (User.objects.get(username=name) for name in ("canbo", "lanhdao"))
scope = orgs.scope_for(officer)
unit = orgs.unit_by_code(scope, facts["unit"])
clip = media.keep(scope, unit, prepared=speech.speak(facts["text"]))
now = clock.now()
bulletin = bulletins.write(scope, unit, title=facts["title"], text=facts["text"], author_id=officer.pk,
                           clip_id=clip.pk, voice=clip.voice, now=now)
slot = schedules.ask(scope, unit, bulletin_id=bulletin.pk, start_at=None, device_ids=None,
                     requested_by=officer.full_name, confirmed=True, now=now)
bulletins.submit(scope, bulletin, now=now)
heard = Hearing(way=Way.DECLARED, opened_at=clock.now() - timedelta(minutes=5))
schedules.approve(orgs.scope_for(leader), bulletin, number=1, hearing=heard, places=queries.places_sha256([slot]),
                  wakes=1000, now=clock.now())
print(json.dumps(str(bulletin.pk)))
"""


def test_what_is_withdrawn_on_the_air_falls_silent_and_the_page_says_who_heard_a_part(box, person, record_property):
    title = f"{province.THREE_MINUTES.title} (thu hồi)"
    officer = person("canbo", 390)
    bulletin = box.ask(_AIR, unit=province.HOME, title=title, text=province.THREE_MINUTES.text)
    box.until(
        lambda: box.scalar("SELECT start_at < now() - interval '3 s' FROM dispatch_airing WHERE title = %s", title)
    )

    officer.goto(f"/desk/bulletins/{bulletin}/")
    officer.locator(f"a[href='/desk/bulletins/{bulletin}/withdraw/']").click()
    officer.locator("form[action=''] button.danger, main form button.danger").first.click()

    ended = "SELECT outcome, reason, ended_at FROM devices_event WHERE airing_id = %s AND outcome <> 'received'"
    stopped = "SELECT id, stopped_at, clip_duration_ms FROM dispatch_airing WHERE title = %s AND state = 'stopped'"
    airing, stopped_at, length_ms = box.until(lambda: box.rows(stopped, title))[0]
    told = box.until(lambda: rows if len(rows := box.rows(ended, airing)) == CLUSTERS else None)
    assert {(outcome, reason) for outcome, reason, _ in told} == {("partial", "stopped")}
    last = max(at for _, _, at in told) - stopped_at
    assert last < SILENT_WITHIN < timedelta(milliseconds=length_ms)
    officer.reload()
    page = officer.locator("main")
    expect(page).to_contain_text("Đã dừng lúc")
    expect(page).to_contain_text(f"{CLUSTERS} cụm đã phát một phần")
    record_property("silent_after_s", round(last.total_seconds(), 2))
    sys.stdout.write(json.dumps({"journey": "withdrawn on the air", "silent_after_s": last.total_seconds()}) + "\n")
