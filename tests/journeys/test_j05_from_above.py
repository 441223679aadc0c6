"""J5: a provincial priority item meets the commune's own; the commune decides; the province sees who did what and why.

A slow line, a phone's width, and the commune's steps also without script. Another commune does nothing: the default
applies there and is on record. An emergency sounds over what plays, and a commune cannot stop it.
"""

import time
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import expect

from loa.box.demo import province

pytestmark = [pytest.mark.system, pytest.mark.browser, pytest.mark.xdist_group("box"), pytest.mark.timeout(420)]

HOME, OTHER, THIRD = province.HOME, "09037", "09043"
ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
AHEAD_S = 75
"""How long before they air the items are planned: a person on a slow line has to decide in that time."""

_PREPARE = """
from dataclasses import replace
from datetime import datetime
from loa.accounts.models import User
from loa.bulletins import commands as bulletins, queries as bulletin_queries
from loa.bulletins.tests.making import HEARD
from loa.kernel import clock, scope as scopes
from loa.media import commands as media, speech
from loa.orgs import queries as orgs
from loa.schedules import commands as schedules, queries as slots
from loa.bulletins.rules import Urgency
system = scopes.system("test")

def scope_of(name):
    return replace(orgs.scope_for(User.objects.get(username=name)), is_fresh=True)

def officer_at(code, name):
    from loa.accounts import commands as accounts
    from loa.orgs import commands as granting
    from loa.orgs.rules import Role
    unit = orgs.unit_by_code(system, code)
    known = User.objects.filter(username=name).first()
    if known is None:
        known = accounts.create_user(system, username=name, full_name="Người thử " + name, password=facts["password"],
                                     must_change=False, unit_path=unit.path, is_demo=True)
        granting.grant(system, unit, user=known, role=Role[facts["roles"][name]])
    return replace(orgs.scope_for(known), is_fresh=True), known

def approved(unit_code, title, text, author, author_scope, leader_scope):
    unit = orgs.unit_by_code(system, unit_code)
    clip = media.keep(system, unit, prepared=speech.speak(text))
    made = bulletins.write(author_scope, unit, title=title, text=text, author_id=author.pk, clip_id=clip.pk,
                           voice=clip.voice, now=clock.now())
    bulletins.submit(author_scope, made, now=clock.now())
    bulletins.approve(leader_scope, made, number=1, hearing=HEARD, now=clock.now())
    return bulletin_queries.get(system, made.pk)

def own_first(unit_code, bulletin, officer_scope, leader_scope, at):
    unit = orgs.unit_by_code(system, unit_code)
    slot = schedules.ask(officer_scope, unit, bulletin_id=bulletin.pk, start_at=at, device_ids=None,
                         requested_by=officer_scope.actor.name, confirmed=True, priority_reason="Mất nước từ trưa",
                         now=clock.now())
    schedules.approve_place(leader_scope, bulletin, slot_id=slot.pk, wakes=500, now=clock.now())
"""

_WORDS = (
    _PREPARE
    + """
editor = User.objects.get(username="bientap")
chief = scope_of("lanhdaotinh")
upper = approved("26", facts["title"], "Phòng dịch sốt xuất huyết.", editor, scope_of("bientap"), chief)
officer_at(facts["third"], "canbo.ba")
officer_at(facts["other"], "canbo.hai")
officer_at(facts["other"], "lanhdao.hai")
print(json.dumps({"upper": str(upper.pk)}))
"""
)

_OWN = (
    _PREPARE
    + """
from datetime import timedelta
canbo, lanhdao = User.objects.get(username="canbo"), scope_of("lanhdao")
own = approved(facts["home"], facts["own"], "Cấp nước lại lúc năm giờ.", canbo, scope_of("canbo"), lanhdao)
second, second_user = officer_at(facts["other"], "canbo.hai")
second_leader, _ = officer_at(facts["other"], "lanhdao.hai")
theirs = approved(facts["other"], facts["own"] + " hai", "Cấp nước lại.", second_user, second, second_leader)
at = clock.now().replace(microsecond=0) + timedelta(seconds=facts["ahead_s"])
own_first(facts["home"], own, scope_of("canbo"), lanhdao, at)
own_first(facts["other"], theirs, second, second_leader, at)
receipt = next(one for one in bulletin_queries.inbox(second) if one.sending.bulletin.title == facts["title"])
taken = schedules.take(second, receipt, start_at=at, wakes=500, now=clock.now())
if taken.airing_id is None:  # in the night a second person agrees
    schedules.agree(second_leader, taken, wakes=500, now=clock.now())
print(json.dumps({"at": at.isoformat()}))
"""
)

_AGREE = (
    _PREPARE
    + """
from loa.schedules.models import Slot
waiting = Slot.objects.unscoped("test").get(bulletin__title=facts["title"], unit__code=facts["home"], state="waiting")
schedules.agree(scope_of("lanhdao"), waiting, wakes=500, now=clock.now())
print(json.dumps({}))
"""
)

_ALARM = (
    _PREPARE
    + """
import time
from uuid import UUID
from loa.dispatch import commands as dispatching
from loa.kernel.errors import DomainError
from loa.schedules.models import Slot
unit = orgs.unit_by_code(system, facts["home"])
long = media.keep(system, unit, prepared=speech.speak("Bài dài để thử. " * 20))
from loa.media import queries as clips
playing = dispatching.request(system, unit, title="Bài đang phát", clip=clips.facts([long.pk])[long.pk], start_at=None,
                              device_ids=None, source="test:" + facts["title"], now=clock.now())
editor = User.objects.get(username="bientap")
words = approved("26", facts["title"], "Khẩn cấp. Sơ tán ngay.", editor, scope_of("bientap"), scope_of("lanhdaotinh"))
sending = bulletins.send(scope_of("bientap"), words, units=[unit], urgency=Urgency.EMERGENCY, now=clock.now())
while (clock.now() - playing.start_at).total_seconds() < 2:
    time.sleep(0.1)
released = clock.now()
bulletins.release(scope_of("lanhdaotinh"), sending, now=released)
slot = Slot.objects.unscoped("test").select_related("airing__unit").get(sending=sending)
refused = []
for act in (
    lambda: dispatching.stop(scope_of("canbo"), slot.airing, reason="Ồn", now=clock.now()),
    lambda: schedules.leave_out(scope_of("canbo"), bulletin_queries.receipts_of_sending(sending.pk)[0],
                                reason="not_here", now=clock.now()),
    lambda: schedules.drop(scope_of("canbo"), slot, now=clock.now()),
):
    try:
        act()
        refused.append("")
    except DomainError as refusal:
        refused.append(refusal.code)
print(json.dumps({"airing": str(slot.airing_id), "released": released.isoformat(), "refused": refused}))
"""
)


@pytest.fixture
def on_a_phone(person):
    """Return what signs somebody in on a phone with a slow line."""

    def sign_in(name, *, password=None, script=True):
        return person(name, 390, password=password, has_scripts=script, is_slow=True)

    return sign_in


@pytest.mark.parametrize("script", [True, False], ids=["with script", "without script"])
def test_the_commune_decides_the_order_and_the_province_sees_what_became_of_it(box, on_a_phone, script):
    run = f"{time.time():.0f}"
    title, own = f"Phòng dịch ({run})", f"Cấp nước ({run})"
    facts = {"title": title, "own": own, "home": HOME, "other": OTHER, "third": THIRD, "password": "con-ga-trong-2024"}
    facts["roles"] = {"canbo.ba": "OFFICER", "canbo.hai": "OFFICER", "lanhdao.hai": "LEADER"}
    upper = box.ask(_WORDS, **facts)["upper"]
    editor, officer = on_a_phone("bientap", script=script), on_a_phone("canbo", script=script)
    third = on_a_phone("canbo.ba", password="con-ga-trong-2024", script=script)

    _send_to_three(editor, upper, box)
    _skip(third, title)
    at = datetime.fromisoformat(box.ask(_OWN, ahead_s=AHEAD_S, **facts)["at"])
    _take(officer, title, at, box)
    _decide(officer, own)
    assert datetime.now(UTC) < at

    first, then = (_standing(box, HOME, one) for one in (own, title))
    assert (first, then > first) == (at, True)
    box.until(lambda: _heard(box, HOME, title) == province.HOME_CLUSTERS, 90)
    assert _heard(box, HOME, own) == province.HOME_CLUSTERS
    assert box.scalar(_OVERLAPS, HOME, own, title) == 0
    assert _standing(box, OTHER, title) < _standing(box, OTHER, f"{own} hai")
    assert box.scalar("SELECT count(*) FROM schedules_clash WHERE state = 'defaulted'") >= 1
    assert box.scalar("SELECT count(*) FROM audit_entry WHERE action = 'schedules.apply_default'") >= 1
    editor.reload()
    body = editor.locator("main").inner_text()
    assert "Nội dung không liên quan đến địa bàn" in body
    assert f"{province.HOME_CLUSTERS}/{province.HOME_CLUSTERS}" in body
    assert editor.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_an_emergency_sounds_within_seconds_over_what_plays_and_no_commune_stops_it(box):
    told = box.ask(_ALARM, home=HOME, title=f"Khẩn cấp {time.time():.0f}")

    assert told["refused"] == ["not_found", "emergency_stands", "not_found"]
    begun = "SELECT count(DISTINCT device_id) FROM devices_event WHERE airing_id = %s AND started_at IS NOT NULL"
    box.until(lambda: box.scalar(begun, told["airing"]) == province.HOME_CLUSTERS, 60)
    last = box.scalar("SELECT max(started_at) FROM devices_event WHERE airing_id = %s", told["airing"])
    assert (last - datetime.fromisoformat(told["released"])).total_seconds() < 5


_OVERLAPS = """
SELECT count(*)
  FROM devices_event AS a JOIN devices_event AS b USING (device_id)
  JOIN dispatch_airing AS own ON own.id = a.airing_id JOIN dispatch_airing AS upper ON upper.id = b.airing_id
  JOIN orgs_unit AS unit ON unit.id = own.unit_id AND unit.id = upper.unit_id
 WHERE unit.code = %s AND own.title = %s AND upper.title = %s AND b.started_at < a.ended_at
"""


def _standing(box, code, title):
    """When the airing that stands for a title at a commune begins."""
    return box.scalar(
        "SELECT start_at FROM dispatch_airing JOIN orgs_unit AS unit ON unit.id = unit_id"
        " WHERE unit.code = %s AND title = %s AND state IN ('planned', 'released')",
        code, title,
    )  # fmt: skip


def _heard(box, code, title):
    return box.scalar(
        "SELECT count(DISTINCT device_id) FROM devices_event JOIN dispatch_airing AS airing ON airing.id = airing_id"
        " JOIN orgs_unit AS unit ON unit.id = airing.unit_id"
        " WHERE unit.code = %s AND title = %s AND outcome = 'played'",
        code, title,
    )  # fmt: skip


def _send_to_three(page, bulletin, box):
    page.goto(f"/desk/sent/new/{bulletin}/")
    page.check("input[name=urgency][value=priority]")
    page.check("input[name=reach][value=chosen]")
    for code in (HOME, OTHER, THIRD):
        page.check(f"input[name=units][value='{code}']")
    page.click("main button.primary")
    if "/confirm" in page.url or "/sign-in/" in page.url:  # more than one commune: a second factor is asked for
        box.show_second_factor(page, "bientap")
    expect(page.locator("ul.rows > li")).to_have_count(3)


def _skip(page, title):
    page.goto("/desk/inbox/")
    page.get_by_role("link", name=title).first.click()
    page.click("main details summary:has-text('Bỏ qua')")
    page.check("main input[name=reason][value=not_here]")
    page.click("main form[action$='/skip/'] button")
    expect(page.get_by_role("status").filter(has_text="Đã bỏ qua")).to_be_visible()


def _take(page, title, at, box):
    page.goto("/desk/inbox/")
    page.get_by_role("link", name=title).first.click()
    local = at.astimezone(ZONE)
    page.fill("input[name=day]", local.date().isoformat())
    page.fill("input[name=at]", f"{local:%H:%M:%S}")
    page.click("form[action$='/take/'] button")
    page.locator("#questions-title, input[name=wakes]").first.wait_for(state="attached")
    if page.locator("input[name=wakes]").count():  # in the night somebody has to say that it is meant
        page.check("input[name=wakes]")
        page.click("form[action$='/take/'] button")
        page.wait_for_url("**/desk/inbox/")
        box.ask(_AGREE, title=title, home=HOME)  # nobody wakes people alone
        page.reload()
    expect(page.locator("#questions-title")).to_be_visible()


def _decide(page, first):
    page.locator("a[href*='/desk/inbox/order/']").first.click()
    page.get_by_label(first, exact=True).check()
    page.click("main form button.primary")
    expect(page.locator("ol.in-order li").first).to_contain_text(first)
