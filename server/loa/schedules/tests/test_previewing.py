"""The preview is what the device gets: the plan it holds, silent or not, and what the clock is about to make of it."""

from datetime import timedelta

import pytest

from loa.bulletins.commands import set_day
from loa.bulletins.rules import Facts
from loa.bulletins.tests.making import NOW
from loa.devices import commands as devices
from loa.devices.models import Device
from loa.dispatch import commands as dispatching
from loa.dispatch import plans
from loa.dispatch.tests.making import make_airing, make_devices
from loa.media import store
from loa.schedules import commands, previewing
from loa.schedules.rules.slots import midnight
from loa.schedules.tests.hour_rules import MORNING, every_day, lay_down
from loa.schedules.tests.programme_making import (
    TODAY,
    approved,
    handed_in,
    local,
    make_entry,
    make_words,
    unrolled,
    wish,
    written,
)
from loa_protocol import plan, preview
from loa_protocol.preview import End

pytestmark = pytest.mark.django_db
DAY, WEEK = timedelta(days=1), timedelta(days=7)


@pytest.fixture(autouse=True)
def clusters(world):
    return make_devices(world.commune)


def seen(world, *, now=NOW, **about):
    return previewing.of_station(world.officer, world.commune, now=now, **about)


def heard(told):
    """Return what sounds of a preview, and when."""
    return [(one.start_at, one.end_at, one.end) for one in told.lines if not one.is_gone and not one.held]


def on_device(device, *, now):
    """Return what a device plays of the plan it was given."""
    plans.refresh(now=now)
    given = Device.objects.unscoped("test").get(pk=device.pk)
    held = plan.decode(store.path(given.plan).read_bytes())
    stretches = preview.run(held, start=midnight(TODAY), end=midnight(TODAY + WEEK), is_muted=given.is_muted)
    return [(one.start_at, one.end_at, one.end) for one in stretches]


# as the device gets it


def another_time(world, entry, bulletin):
    return edited(world, entry, bulletin, at=local("18:00").time())


def inside_the_freeze_horizon(world, entry, bulletin):
    return edited(world, entry, bulletin, at=local("16:03").time(), now=local("16:00"))


def four_minutes_before_it_airs(world, entry, bulletin):
    return edited(world, entry, bulletin, at=local("18:00").time(), now=local("16:56"))


def from_the_third_day_on(world, entry, bulletin):
    return edited(world, entry, bulletin, at=local("18:00").time(), from_on=TODAY + 3 * DAY)


def a_day_moved(world, entry, bulletin):
    return edited(world, entry, bulletin, moves={TODAY + DAY: local("06:30", on=TODAY + 2 * DAY)})


def a_day_off(world, entry, bulletin):
    set_day(world.administrator, world.commune, day=TODAY + 2 * DAY, is_off=True, words="Lễ hội làng", now=NOW)
    return edited(world, entry, bulletin, skips_holidays=True)


def the_lunar_month(world, entry, bulletin):
    return edited(world, entry, bulletin, rule="RSCALE=X-VIETNAMESE;FREQ=MONTHLY;BYMONTHDAY=15,16,20")


def another_sound(world, entry, bulletin):
    return edited(world, entry, make_words(world, title="Bản tin dài", duration_ms=90_000))


def words_that_hold_for_two_days(world, entry, bulletin):
    until = Facts(valid_until=local("00:00", on=TODAY + 2 * DAY))
    return edited(world, entry, make_words(world, title="Ngắn hạn", facts=until))


def edited(world, entry, bulletin, *, now=NOW, **about):
    """Have a change handed in, not yet approved."""
    version = commands.rewrite(world.officer, entry, wish=wish(bulletin, **about), now=now)
    handed_in(world, version, now=now)
    return now


CHANGES = [
    another_time,
    inside_the_freeze_horizon,
    four_minutes_before_it_airs,
    from_the_third_day_on,
    a_day_moved,
    a_day_off,
    the_lunar_month,
    another_sound,
    words_that_hold_for_two_days,
]


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.__name__)
def test_what_was_shown_of_a_change_is_what_the_device_gets(world, clusters, change):
    bulletin = make_words(world)
    entry = make_entry(world, bulletin)
    make_entry(world, make_words(world, title="Sáng"), at=local("06:00").time())
    plans.refresh(now=NOW)
    now = change(world, entry, bulletin)
    version = entry.versions.unscoped("test").select_related("entry__unit").get(state="submitted")
    shown = heard(seen(world, now=now, version=version))

    commands.approve_entry(world.leader, entry, number=version.number, sha256=version.sha256, now=now)
    approved_and_not_planned = heard(seen(world, now=now))
    unrolled(now=now)

    assert shown == approved_and_not_planned == heard(seen(world, now=now)) == on_device(clusters[0], now=now)


def test_what_is_held_back_is_shown_with_its_reason_before_and_after_the_clock_came(world):
    until = Facts(valid_until=local("00:00", on=TODAY + 2 * DAY))
    version = written(world, make_words(world, facts=until))

    before = [(one.start_at, one.held) for one in seen(world, version=version).lines if one.held]
    approved(world, version)
    unrolled(now=NOW)
    after = [(one.start_at, one.held) for one in seen(world).lines if one.held]

    assert before == after
    assert after == [(local("17:00", on=TODAY + count * DAY), "no_longer_valid") for count in range(2, 7)]


def test_what_came_too_late_for_today_is_said(world):
    version = written(world, make_words(world))

    lines = seen(world, now=local("16:57"), version=version).lines

    assert next((one.start_at, one.held) for one in lines) == (local("17:00"), "about_to_air")


def test_hours_that_hold_it_back_are_shown_before_the_clock_came(world):
    lay_down(world, windows=every_day(MORNING), first=TODAY + 3 * DAY)
    approved(world, written(world, make_words(world)), override="Chợ phiên")
    lay_down(world, windows={}, first=TODAY + DAY, last=TODAY + DAY, is_special=True, decision="1/QĐ")

    held = [(one.start_at, one.held) for one in seen(world).lines if one.held]
    unrolled(now=NOW)

    assert held == [(local("17:00", on=TODAY + DAY), "override_over")]
    assert [(one.start_at, one.held) for one in seen(world).lines if one.held] == held


def test_a_cluster_that_came_is_shown_with_what_it_will_hold(world):
    entry = make_entry(world)
    plans.refresh(now=NOW)
    (late,) = make_devices(world.hamlet, count=1)
    entry.planned_until = None
    entry.save(update_fields=["planned_until"])

    shown = previewing.of_station(world.officer, world.hamlet, now=NOW)
    unrolled(now=NOW)

    assert heard(shown) == on_device(late, now=NOW)
    assert len(shown.lines) == 7


def test_an_entry_that_comes_seldom_is_agreed_to_in_the_week_in_which_it_comes(world):
    version = written(world, make_words(world), rule="FREQ=MONTHLY;BYMONTHDAY=15", at=local("03:15").time())

    there = handed_in(world, version, confirmed=True)
    commands.approve_entry(
        world.leader, there.entry, number=1, sha256=there.sha256, wakes=3, now=NOW
    )  # fmt: skip
    unrolled(now=local("10:00", on=TODAY + 20 * DAY))

    lines = seen(world, now=local("10:00", on=TODAY + 20 * DAY)).lines
    assert [one.start_at for one in lines] == [local("03:15", on=TODAY + 22 * DAY)]


def test_an_item_over_midnight_is_shown_on_both_days_and_goes_on_with_the_next_plan(world, clusters):
    long = make_words(world, title="Đêm hội", duration_ms=20 * 60_000)
    version = written(world, long, at=local("23:50").time(), frame=timedelta(minutes=30), rule="", start_on=TODAY)
    approved(world, version, confirmed=True, wakes=3)
    unrolled(now=NOW)
    plans.refresh(now=NOW)
    after = local("00:01", on=TODAY + DAY)
    plans.mark_all_dirty(now=after)

    whole = [(local("23:50"), local("00:10", on=TODAY + DAY), End.THROUGH)]
    assert heard(seen(world)) == heard(seen(world, now=after)) == whole
    assert heard(seen(world, from_on=TODAY + DAY)) == whole
    plans.refresh(now=after)
    given = Device.objects.unscoped("test").get(pk=clusters[0].pk).plan
    assert [one.start_at for one in plan.decode(store.path(given).read_bytes()).airings] == [local("23:50")]


# silenced clusters


def test_clusters_that_are_silenced_are_shown_silent_with_the_reason(world, clusters):
    make_entry(world)
    silence = devices.silence(world.leader, world.commune, reason="Đám tang", now=NOW)

    told = seen(world)

    assert (told.silence, told.silence.reason) == (silence, "Đám tang")
    assert {one.end for one in told.lines} == {End.MUTED}
    assert all(one.is_silenced and not one.needs_a_look for one in told.lines)
    assert all(one.start_at == one.end_at for one in told.lines)


def test_a_silenced_device_does_what_is_shown_of_it(world, clusters):
    make_entry(world)
    devices.silence(world.leader, world.commune, reason="Đám tang", now=NOW)
    Device.objects.unscoped("test").update(is_muted=True)

    assert heard(seen(world)) == on_device(clusters[0], now=NOW)


def test_one_cluster_that_disturbs_is_silent_and_the_others_go_on(world, clusters):
    make_entry(world)
    ticket = devices.report(world.officer, clusters[0], cause="noise", words="Loa rít", mutes=True, now=NOW)

    others, silent = seen(world), seen(world, group=1)

    assert (others.groups, others.silence, silent.devices[0].id) == ([2, 1], None, clusters[0].pk)
    assert silent.silence == ticket.silence
    assert {one.end for one in others.lines} == {End.THROUGH}


def test_a_silence_of_a_unit_above_or_of_a_hamlet_is_seen_where_it_holds(world, clusters):
    (below,) = make_devices(world.hamlet, count=1)
    make_entry(world)
    devices.silence(world.leader, world.hamlet, reason="Trường thi", now=NOW)

    assert seen(world).silence is None
    assert [one.id for one in seen(world, group=1).devices] == [below.pk]
    devices.silence(world.system, world.district, reason="Diễn tập", now=NOW)
    assert seen(world).silence.reason == "Diễn tập"


def test_what_was_lifted_or_only_rehearsed_silences_nobody(world, clusters):
    make_entry(world)
    silence = devices.silence(world.leader, world.commune, reason="Đám tang", now=NOW)
    devices.lift(world.leader, silence, reason="Xong", now=NOW)
    devices.silence(world.leader, world.commune, reason="Diễn tập", is_drill=True, stops=False, now=NOW)

    assert seen(world).silence is None
    assert {one.end for one in seen(world).lines} == {End.THROUGH}


# how loud


def test_each_line_says_how_loud_it_may_be_as_the_device_has_it(world, clusters):
    make_entry(world)
    make_entry(world, make_words(world, title="Sáng"), at=local("06:00").time())
    dispatching.set_ceiling(world.leader, world.commune, start_min=300, end_min=420, most_pct=40, now=NOW)

    lines = seen(world).days()[1].lines

    assert [one.most_pct for one in lines] == [40, None]


def test_clusters_with_other_ceilings_stand_apart(world, clusters):
    make_airing(world, start_at=local("17:00"))
    dispatching.set_ceiling(
        world.leader, world.commune, start_min=0, end_min=1440, most_pct=0, device_id=clusters[0].pk, now=NOW
    )

    assert seen(world).groups == [2, 1]
    assert [one.most_pct for one in seen(world, group=1).lines] == [0]
