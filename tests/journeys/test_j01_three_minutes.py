"""J1: an officer pastes 120 words on a phone, hears them, sends them up; the leader approves; 14 clusters play."""

import json
import sys
import time
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import av
import numpy as np
import pytest
from playwright.sync_api import expect

from loa.box.demo import province

pytestmark = [pytest.mark.system, pytest.mark.browser, pytest.mark.xdist_group("box"), pytest.mark.timeout(420)]

CLUSTERS = province.HOME_CLUSTERS
SHORT_MS = 10_000
RATE_HZ = 48_000
WINDOW_S = 0.05
APPROVE = "form[action$='/approve/'] button"
WAKES = "form[action$='/approve/'] input[name=wakes]"
SOUND = "[data-player] audio"
HEARD_ALL = "[data-heard-live].all"
LISTENED_MS = 120_000
A_LETTER_MS = 90
A_LOOK_MS = 1_200
"""How fast somebody types on a phone, and how long they look before they press."""

THREE_MINUTES_S = 180.0
PASTED_TO_HEARD_S = 3.0


@pytest.mark.parametrize("width", [390, 1280])
def test_120_words_become_14_of_14_heard(box, person, picture, width):
    title = f"{province.THREE_MINUTES.title} ({width})"
    officer, leader = person("canbo", width), person("lanhdao", width)
    place = "phone" if width < 1000 else "desk"

    _write_and_hear(officer, title)
    picture(officer, f"write-{place}")
    _send_up(officer)
    _approve(leader, title, picture=lambda: picture(leader, f"approve-{place}"))

    officer.reload()
    officer.locator("a[href*='/desk/airings/']").first.click()
    heard = officer.locator(".giant-label")
    expect(heard).to_contain_text(f"{CLUSTERS}", timeout=SHORT_MS)
    expect(officer.locator(".giant")).to_have_text(f"{CLUSTERS}/{CLUSTERS}", timeout=90_000)
    assert officer.locator("#rows tbody tr").count() == CLUSTERS
    assert officer.locator("#rows meter").count() == CLUSTERS
    assert officer.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    picture(officer, f"airing-{place}")
    picture(officer, f"airing-{place}-dark")
    for name, page in (("home", officer), ("timeline", officer), ("devices", leader)):
        page.goto("/desk/" if name == "home" else f"/desk/{name}/")
        picture(page, f"{name}-{place}")
        picture(page, f"{name}-{place}-dark")
    _recording_is_the_approved_clip(box, title)


def test_a_phone_on_a_slow_line_takes_a_text_to_the_schedule_within_three_minutes(box, person, record_property):
    title = "Lịch tiêm chủng (đường truyền chậm)"
    officer, leader = (person(name, 390, is_slow=True) for name in ("canbo", "lanhdao"))
    officer.goto("/desk/")
    began = time.monotonic()

    officer.locator("a[href='/desk/bulletins/new/']").first.click()
    officer.locator("input[name=title]").press_sequentially(title, delay=A_LETTER_MS)
    officer.fill("textarea[name=text]", province.THREE_MINUTES.text)
    officer.wait_for_timeout(A_LOOK_MS)
    pressed = time.monotonic()
    officer.click("button[name=action][value=hear]")
    audio = officer.locator(SOUND)
    expect(audio).to_be_attached(timeout=30_000)
    spoken_s = time.monotonic() - pressed
    audible_s = _audible(officer) - pressed
    officer.wait_for_timeout(A_LOOK_MS)
    officer.click("button[name=action][value=next]")
    _ask_for_tomorrow(officer, "17:00")
    handed_in_s = time.monotonic() - began
    _open(leader, title)
    _listen(leader)
    leader.wait_for_timeout(A_LOOK_MS)
    leader.click(APPROVE)
    expect(leader.locator(APPROVE)).to_have_count(0)
    box.until(lambda: _airings(box, title) == 1)
    scheduled_s = time.monotonic() - began

    figures = {
        "pasted_to_sound_s": spoken_s,
        "pasted_to_heard_s": audible_s,
        "handed_in_s": handed_in_s,
        "scheduled_s": scheduled_s,
    }
    for name, value in figures.items():
        record_property(name, round(value, 1))
    sys.stdout.write(
        json.dumps({"journey": "J1 slow 3G", **{name: round(value, 1) for name, value in figures.items()}}) + "\n"
    )
    assert scheduled_s < THREE_MINUTES_S
    way, pct = box.rows(
        "SELECT heard_way, heard_pct FROM bulletins_decision JOIN bulletins_revision AS r ON r.id = revision_id "
        "WHERE r.title = %s",
        title,
    )[0]
    assert (way, pct >= 95) == ("played", True)


def test_the_essential_steps_need_no_script(box, person):
    title = f"{province.EARLY.title} (không có JavaScript)"
    officer, leader = (person(name, 390, has_scripts=False) for name in ("canbo", "lanhdao"))
    _write_and_hear(officer, title, text="Sáng mai xã tiêm phòng cho trẻ em tại trạm y tế.")
    officer.click("button[name=action][value=next]")
    _ask_for_tomorrow(officer, "17:00")
    _open(leader, title)
    length_ms = box.scalar(
        "SELECT c.duration_ms FROM media_clip AS c JOIN bulletins_revision AS r ON r.clip_id = c.id WHERE r.title = %s",
        title,
    )

    leader.check("input[name=declared]")
    leader.click(APPROVE)
    expect(leader.get_by_role("alert")).to_contain_text("nghe hết")
    assert _airings(box, title) == 0
    leader.wait_for_timeout(length_ms)
    leader.check("input[name=declared]")
    leader.click(APPROVE)

    expect(leader.locator(APPROVE)).to_have_count(0)
    box.until(lambda: _airings(box, title) == 1)


def test_skipping_to_the_end_approves_nothing(box, person):
    title = f"{province.THREE_MINUTES.title} (tua đến cuối)"
    officer, leader = person("canbo", 390), person("lanhdao", 390)
    _write_and_hear(officer, title)
    officer.click("button[name=action][value=next]")
    _ask_for_tomorrow(officer, "17:00")
    _open(leader, title)

    leader.click("[data-play]")
    leader.wait_for_timeout(A_LOOK_MS)
    leader.evaluate(
        "() => { const a = document.querySelector('[data-player] audio'); a.currentTime = a.duration - 1; }"
    )
    leader.wait_for_timeout(2 * A_LOOK_MS)
    leader.click(APPROVE)

    expect(leader.get_by_role("alert")).to_contain_text("nghe hết")
    assert _airings(box, title) == 0


def test_a_place_added_while_the_leader_reads_airs_only_after_a_second_look(box, person):
    title = f"{province.THREE_MINUTES.title} (thêm giờ phát)"
    officer, leader = person("canbo", 390), person("lanhdao", 390)
    _write_and_hear(officer, title)
    officer.click("button[name=action][value=next]")
    _ask_for_tomorrow(officer, "17:00")
    _open(leader, title)
    _listen(leader)

    officer.get_by_role("link", name="Thêm lượt phát").click()
    officer.check("input[name=standing][value=add]")
    _ask_for_tomorrow(officer, "18:00")
    leader.click(APPROVE)

    expect(leader.get_by_role("alert")).to_be_visible()
    expect(leader.get_by_text("18:00")).to_be_visible()
    assert _airings(box, title) == 0
    _listen(leader)
    leader.click(APPROVE)
    expect(leader.locator(APPROVE)).to_have_count(0)
    box.until(lambda: _airings(box, title) == 2)


def _airings(box, title):
    return box.scalar("SELECT count(*) FROM dispatch_airing WHERE title = %s", title)


def _ask_for_tomorrow(page, time):
    day = datetime.now(ZoneInfo("Asia/Ho_Chi_Minh")).date() + timedelta(days=1)
    page.check("input[name=when][value=at]")
    page.fill("input[name=day]", day.isoformat())
    page.fill("input[name=at]", time)
    page.click("button[name=action][value=submit]")
    expect(page.locator(".meta .pill").first).to_be_visible()


def _recording_is_the_approved_clip(box, title):
    """The loudspeaker's recording is speech, as long as the clip, and rises and falls with it."""
    clip, duration_ms = box.rows(
        "SELECT clip_sha256, clip_duration_ms FROM dispatch_airing WHERE title = %s ORDER BY created_at DESC LIMIT 1",
        title,
    )[0]
    recording = max((box.home / "demo").glob("**/*.wav"), key=lambda file: file.stat().st_mtime)

    heard, approved = _levels(recording), _levels(box.home / "media" / clip[:2] / clip[2:4] / clip)
    assert len(heard) * WINDOW_S == pytest.approx(duration_ms / 1000, rel=0.05)
    assert (heard > 10 ** (-40 / 20)).mean() > 0.5
    both = min(len(heard), len(approved))
    assert np.corrcoef(heard[:both], approved[:both])[0, 1] > 0.95


def _levels(file):
    with av.open(str(file)) as container:
        resampler = av.AudioResampler(format="flt", layout="mono", rate=RATE_HZ)
        frames = [part for frame in container.decode(audio=0) for part in resampler.resample(frame)]
    samples = np.concatenate([frame.to_ndarray().ravel() for frame in frames])
    window = int(RATE_HZ * WINDOW_S)
    return np.sqrt((samples[: len(samples) // window * window].reshape(-1, window) ** 2).mean(axis=1))


def _audible(page):
    """Wait until the sound plays, as a press of the button would begin it; return when."""
    page.click("[data-play]")
    page.wait_for_function("() => document.querySelector('[data-player] audio').currentTime > 0", timeout=SHORT_MS)
    heard = time.monotonic()
    page.click("[data-play]")
    return heard


def _listen(page):
    """Listen to all of it; what was heard before counts."""
    if page.locator(HEARD_ALL).count() == 0:
        page.click("[data-play]")
    expect(page.locator(HEARD_ALL)).to_have_count(1, timeout=LISTENED_MS)


def _write_and_hear(page, title, text=province.THREE_MINUTES.text):
    page.goto("/desk/bulletins/new/")
    page.fill("input[name=title]", title)
    page.fill("textarea[name=text]", text)
    page.click("button[name=action][value=hear]")
    audio = page.locator(SOUND)
    expect(audio).to_be_attached(timeout=30_000)
    answer = page.request.get(audio.get_attribute("src"), headers={"Range": "bytes=0-3"})
    assert answer.status == 206
    assert answer.body() == b"OggS"


def _send_up(page):
    page.click("button[name=action][value=next]")
    page.check("input[name=when][value=approved]")
    page.click("button[name=action][value=submit]")
    if page.locator("input[name=confirmed]").count():  # at night the page asks whether people should be woken
        page.check("input[name=confirmed]")
        page.click("button[name=action][value=submit]")
    expect(page.locator(".meta .pill").first).to_be_visible()


def _approve(page, title, *, picture):
    _open(page, title)
    picture()
    _listen(page)
    if page.locator(WAKES).count():  # at night the leader says how many clusters may wake people
        page.check(WAKES)
    page.click(APPROVE)
    expect(page.locator(APPROVE)).to_have_count(0)


def _open(page, title):
    page.goto("/desk/")
    page.get_by_role("link", name=title).first.click()
    expect(page.locator(SOUND)).to_be_attached()
