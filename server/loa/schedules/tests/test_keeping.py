"""A commune closes: what every room keeps there goes along, and what happened stays where it happened."""

from datetime import datetime, time, timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from loa.bulletins import commands as bulletins
from loa.bulletins import queries as reading
from loa.bulletins.models import Bulletin
from loa.bulletins.tests.making import HEARD, make_bulletin, make_clip
from loa.devices import commands as devices
from loa.devices import tasks
from loa.devices.models import Device, Posting
from loa.dispatch import queries as airings
from loa.dispatch.models import Airing, AiringTarget
from loa.dispatch.tests.making import make_airing, make_devices
from loa.kernel import clock
from loa.media import queries as media
from loa.orgs import commands as units
from loa.orgs import ports, queries
from loa.orgs.models import Handover
from loa.orgs.ports import Move
from loa.orgs.rules import Role
from loa.orgs.tests.reorganising import approved, merge, shelf_of
from loa.orgs.tests.world import make_user
from loa.schedules import commands, rules
from loa.schedules.models import Slot

NOW = clock.now() + timedelta(minutes=10)
DAY = timezone.localdate(NOW) + timedelta(days=3)
MIDNIGHT = datetime.combine(DAY, time.min, tzinfo=rules.ZONE)
LATER = MIDNIGHT + timedelta(hours=17)


def carry(world, *, heir="09037", closes="09043"):
    made = approved(world, merge(heir, closes), on=DAY, now=NOW)
    units.carry_out(world.system, made, now=MIDNIGHT)
    made.refresh_from_db()
    return made


def again(thing):
    return type(thing).objects.unscoped("test").get(pk=thing.pk)


def ask(world, bulletin, *, unit=None, start_at=LATER, device_ids=None, scope=None):
    return commands.ask(
        scope or world.officer, unit or world.commune, bulletin_id=bulletin.pk, start_at=start_at,
        device_ids=device_ids, requested_by="Trần Văn Cán", now=NOW,
    )  # fmt: skip


def approve(world, bulletin):
    bulletins.submit(world.officer, bulletin, now=NOW)
    slots = list(Slot.objects.unscoped("test").filter(bulletin=bulletin, state="waiting").select_related("unit"))
    places = rules.places_sha256(
        rules.Place(unit_path=slot.unit.path, device_ids=slot.device_ids, start_at=slot.start_at) for slot in slots
    )
    commands.approve(world.leader, bulletin, number=1, hearing=HEARD, places=places, now=NOW)


def keeper(name):
    return next(one for one in ports.keepers() if one.name == name)


def move(world):
    return Move(from_unit=world.commune.pk, to_unit=world.other_commune.pk)


def test_every_room_that_keeps_things_at_units_is_asked():
    rooms = ["devices", "dispatch", "bulletins", "schedules"]

    assert [one.name for one in ports.keepers() if one.name in rooms] == rooms
    assert {"media.pronunciation", "media.tune", "sendings", "clashes", "schedules.entries"} <= {
        one.name for one in ports.keepers()
    }


# devices


def test_devices_go_to_the_unit_that_takes_over_and_must_be_told(world):
    first, second = make_devices(world.commune, count=2)
    Device.objects.unscoped("test").update(told_area=world.commune.path)

    carry(world)

    for device in (again(first), again(second)):
        assert device.unit_id == world.other_commune.pk
        assert (device.told_area, device.former_areas) == ("", [world.commune.path])


def test_where_a_device_stood_on_any_day_is_known(world):
    (device,) = make_devices(world.commune, count=1)

    carry(world)

    stood = Posting.objects.unscoped("test").filter(device=device).order_by("during")
    assert [(one.unit_id, one.during.lower, one.during.upper) for one in stood] == [
        (world.commune.pk, None, DAY),
        (world.other_commune.pk, DAY, None),
    ]


def test_a_device_that_was_shut_out_stays(world):
    (device,) = make_devices(world.commune, count=1)
    devices.revoke(world.system, device, now=NOW)

    made = carry(world)

    assert again(device).unit_id == world.commune.pk
    assert not Handover.objects.unscoped("test").filter(reorganisation=made, keeper="devices").exists()


def test_a_hamlets_devices_stay_there_and_learn_its_new_path(world):
    (device,) = make_devices(world.hamlet, count=1)
    Device.objects.unscoped("test").update(told_area=world.hamlet.path)

    carry(world)

    after = again(device)
    assert after.unit_id == world.hamlet.pk
    assert (after.told_area, after.former_areas) == ("", [world.hamlet.path])
    assert tasks.tell_areas(now=MIDNIGHT) == 1
    assert again(device).told_area == again(world.hamlet).path != world.hamlet.path


def test_names_that_two_devices_would_share_are_listed(world):
    make_devices(world.commune, count=2)
    make_devices(world.other_commune, count=1)

    (clash,) = keeper("devices").clashes([move(world)], on=DAY)

    assert clash.unit == world.other_commune.pk
    assert "Cụm 00000" in str(clash.sentence)
    assert len(clash.things) == 2


# bulletins


def test_what_is_open_goes_along_and_waits_for_the_new_units_approver(world):
    draft = make_bulletin(world, now=NOW)
    handed_in = make_bulletin(world, now=NOW)
    bulletins.submit(world.officer, handed_in, now=NOW)
    carry(world)
    approver = make_user("duyet", "Ngô Văn Duyệt", unit=again(world.other_commune), role=Role.LEADER)

    assert {again(draft).unit_id, again(handed_in).unit_id} == {world.other_commune.pk}
    waiting = reading.waiting_for(queries.scope_for(approver))
    assert [one.pk for one in waiting] == [handed_in.pk]
    bulletins.approve(queries.scope_for(approver), again(handed_in), number=1, hearing=HEARD, now=MIDNIGHT)


def test_what_was_withdrawn_or_has_aired_stays(world):
    make_devices(world.commune)
    aired, withdrawn = make_bulletin(world, now=NOW), make_bulletin(world, now=NOW)
    bulletins.withdraw(world.officer, withdrawn, now=NOW)
    soon = NOW + timedelta(hours=12)
    slot = ask(world, aired, start_at=_awake(soon))
    approve(world, aired)
    slot = commands.place(world.system, again(slot), now=NOW)
    Airing.objects.unscoped("test").filter(pk=slot.airing_id).update(
        created_at=NOW - timedelta(days=1), start_at=clock.now() - timedelta(hours=1), end_at=clock.now()
    )

    carry(world)

    assert {again(aired).unit_id, again(withdrawn).unit_id} == {world.commune.pk}


def _awake(moment):
    local = moment.astimezone(rules.ZONE)
    return local.replace(hour=17, minute=0) + timedelta(days=local.hour >= 17)


def test_an_unaired_approval_goes_along(world):
    bulletin = make_bulletin(world, now=NOW)
    approve(world, bulletin)

    carry(world)

    assert again(bulletin).unit_id == world.other_commune.pk
    assert again(bulletin).state == "approved"


def test_the_former_units_people_read_its_words_and_hear_its_clips_afterwards(world):
    bulletin = make_bulletin(world, now=NOW)
    aired = make_bulletin(world, now=NOW)
    bulletins.withdraw(world.officer, aired, now=NOW)

    carry(world)

    old, new = queries.scope_for(world.officer_user), queries.scope_for(world.other_officer_user)
    assert {one.pk for one in reading.visible(old)} >= {aired.pk}
    assert {one.pk for one in reading.visible(new)} == {bulletin.pk, aired.pk}
    for scope, words in ((old, aired), (new, aired), (new, bulletin)):
        clip = again(words.current).clip_id
        assert media.clip(scope, clip).pk == clip


def test_a_leavers_drafts_get_another_author_and_stay_unapprovable_for_the_leaver(world):
    bulletin = make_bulletin(world, now=NOW)
    bulletins.submit(world.officer, bulletin, now=NOW)

    given = keeper("bulletins").hand_on(world.officer_user.pk, world.other_officer_user.pk, now=NOW)

    assert given == 1
    assert again(bulletin).author_id == world.other_officer_user.pk
    assert again(bulletin.current).written_by == str(world.officer_user.pk)


def test_a_leaver_without_a_follower_leaves_the_work_to_the_unit(world):
    bulletin = make_bulletin(world, now=NOW)
    ask(world, bulletin)

    assert keeper("bulletins").hand_on(world.officer_user.pk, None, now=NOW) == 1
    assert keeper("schedules").hand_on(world.officer_user.pk, None, now=NOW) == 1
    assert again(bulletin).author_id == world.officer_user.pk


def test_approved_words_keep_their_author_when_somebody_leaves(world):
    bulletin = make_bulletin(world, now=NOW)
    approve(world, bulletin)

    assert keeper("bulletins").hand_on(world.officer_user.pk, world.other_officer_user.pk, now=NOW) == 0
    assert again(bulletin).author_id == world.officer_user.pk


def test_open_work_that_nobody_could_take_up_is_counted(world):
    bulletin = make_bulletin(world, now=NOW)
    bulletins.submit(world.officer, bulletin, now=NOW)
    ask(world, bulletin)
    carry(world)
    approver = make_user("duyet", "Ngô Văn Duyệt", unit=again(world.other_commune), role=Role.LEADER)

    assert keeper("bulletins").without_owner([world.other_commune.pk]) == 0
    assert keeper("schedules").without_owner([world.other_commune.pk]) == 0

    approver.is_active = world.leader_user.is_active = False
    approver.save()
    world.leader_user.save()
    assert keeper("bulletins").without_owner([world.other_commune.pk]) == 1
    assert keeper("schedules").without_owner([world.other_commune.pk]) == 1


# slots and airings


def test_a_wish_for_the_whole_commune_keeps_to_its_clusters(world):
    mine = make_devices(world.commune, count=2)
    make_devices(world.other_commune, count=2)
    bulletin = make_bulletin(world, now=NOW)
    slot = ask(world, bulletin)

    carry(world)

    after = again(slot)
    assert after.unit_id == world.other_commune.pk
    assert after.device_ids == sorted(device.pk for device in mine)


def test_its_hamlets_clusters_are_among_them(world):
    (mine,) = make_devices(world.hamlet, count=1)
    bulletin = make_bulletin(world, now=NOW)
    slot = ask(world, bulletin)

    carry(world)

    assert again(slot).device_ids == [mine.pk]


def test_what_was_approved_for_a_commune_without_clusters_does_not_sound_in_the_next(world):
    make_devices(world.other_commune, count=2)
    bulletin = make_bulletin(world, now=NOW)
    slot = ask(world, bulletin)
    approve(world, bulletin)

    carry(world)

    after = again(slot)
    assert (after.state, after.reason) == ("refused", "nobody_there")


def test_a_placed_slot_and_its_airing_go_along_and_reach_whom_they_were_meant_for(world):
    mine = make_devices(world.commune, count=2)
    bulletin = make_bulletin(world, now=NOW)
    slot = ask(world, bulletin)
    approve(world, bulletin)
    placed = commands.place(world.system, again(slot), now=NOW)

    carry(world)

    assert again(placed).unit_id == again(placed.airing).unit_id == world.other_commune.pk
    targets = AiringTarget.objects.unscoped("test").filter(airing=placed.airing_id)
    assert {one.device_id for one in targets} == {device.pk for device in mine}
    assert {one.area_path for one in targets} == {world.commune.path}


def test_what_has_begun_stays_and_is_still_seen(world):
    make_devices(world.commune)
    airing = make_airing(world, now=NOW, start_at=NOW + timedelta(hours=1))

    carry(world)

    assert again(airing).unit_id == world.commune.pk
    for user in (world.officer_user, world.other_officer_user):
        assert airings.get(queries.scope_for(user), airing.pk).pk == airing.pk
        assert airings.outcome(queries.scope_for(user), airing.pk, now=MIDNIGHT).expected == 3


def test_the_leader_of_the_new_unit_may_stop_what_came_along(world):
    make_devices(world.commune)
    airing = make_airing(world, now=NOW, start_at=LATER)
    carry(world)
    stopper = make_user("dung", "Ngô Văn Dừng", unit=again(world.other_commune), role=Role.LEADER)

    assert keeper("dispatch").without_owner([world.other_commune.pk]) == 0
    assert queries.scope_for(stopper).can("dispatch.stop", again(airing).scope_path)


def test_hours_in_which_two_bulletins_would_sound_together_are_listed(world):
    here, there = make_bulletin(world, now=NOW), _elsewhere(world, b"another")
    ask(world, here)
    ask(world, there, unit=world.other_commune, scope=world.other_officer, start_at=LATER + timedelta(seconds=2))

    (clash,) = keeper("schedules").clashes([move(world)], on=DAY)

    words = str(clash.sentence)
    assert f"17:00 {DAY:%d/%m}" in words
    assert "Xã Tam Hồng" in words
    assert "Xã Đồng Cương" in words


def test_the_same_sound_in_both_communes_is_told_as_doubled(world):
    here, there = make_bulletin(world, now=NOW), _elsewhere(world, b"other")
    clip = make_clip(world.other_commune)
    bulletins.revise(world.other_officer, there, title="Lịch", text="", clip_id=clip.pk, voice="", now=NOW)
    ask(world, here)
    ask(world, there, unit=world.other_commune, scope=world.other_officer)

    twice = keeper("schedules").clashes([move(world)], on=DAY)

    assert len(twice) == 1
    assert len(twice[0].things) == 2


def test_hours_that_do_not_meet_or_come_before_the_day_are_no_clash(world):
    here, there = make_bulletin(world, now=NOW), _elsewhere(world, b"another")
    ask(world, here)
    ask(world, here, start_at=_awake(NOW + timedelta(hours=12)))
    ask(world, there, unit=world.other_commune, scope=world.other_officer, start_at=LATER + timedelta(seconds=4))
    ask(world, there, unit=world.other_commune, scope=world.other_officer, start_at=_awake(NOW + timedelta(hours=12)))

    assert keeper("schedules").clashes([move(world)], on=DAY) == []


def _elsewhere(world, content):
    clip = make_clip(world.other_commune, content=content)
    return make_bulletin(
        world, unit=world.other_commune, scope=world.other_officer, user=world.other_officer_user, now=NOW, clip=clip
    )


# all of them


def test_holdings_tell_how_much_goes_along(world):
    make_devices(world.commune, count=2)
    ask(world, make_bulletin(world, now=NOW))
    make_airing(world, now=NOW, start_at=LATER)

    held = {one.name: one.holdings([world.commune.pk, world.district.pk]) for one in ports.keepers()}

    pk = world.commune.pk
    assert held["devices"] == {pk: 2}
    assert held["bulletins"] == held["schedules"] == held["dispatch"] == {pk: 1}


def test_a_change_that_is_taken_back_gives_everything_back(world):
    (device,) = make_devices(world.commune, count=1)
    bulletin = make_bulletin(world, now=NOW)
    slot = ask(world, bulletin)
    approve(world, bulletin)
    placed = commands.place(world.system, again(slot), now=NOW)
    carry(world)
    rows = {
        one.name: [
            ports.Moved(thing=row.thing, name=row.name, from_unit=row.from_unit_id, to_unit=row.to_unit_id)
            for row in Handover.objects.unscoped("test").filter(keeper=one.name)
        ]
        for one in ports.keepers()
    }

    back = {one.name: one.take_back(rows[one.name], now=MIDNIGHT) for one in ports.keepers()}

    assert {back[name] for name in ("devices", "bulletins", "schedules", "dispatch")} == {1}
    for thing in (device, bulletin, slot, placed.airing):
        assert again(thing).unit_id == world.commune.pk


def test_what_moved_on_meanwhile_is_not_taken_back(world):
    (device,) = make_devices(world.commune, count=1)
    carry(world)
    Device.objects.unscoped("test").update(unit=world.outsider_commune)
    row = Handover.objects.unscoped("test").get(keeper="devices")
    moved = ports.Moved(thing=row.thing, name=row.name, from_unit=row.from_unit_id, to_unit=row.to_unit_id)

    assert keeper("devices").take_back([moved], now=MIDNIGHT) == 0
    assert again(device).unit_id == world.outsider_commune.pk


def test_a_crash_in_the_middle_leaves_everything_where_it_was(world, monkeypatch):
    (device,) = make_devices(world.commune, count=1)
    slot = ask(world, make_bulletin(world, now=NOW))
    made = approved(world, merge("09037", "09043"), on=DAY, now=NOW)
    shelf = shelf_of(monkeypatch, box=world.commune.pk)
    shelf.breaks = True

    with pytest.raises(RuntimeError, match="stops here"):
        units.carry_out(world.system, made, now=MIDNIGHT)

    for thing in (device, slot, Bulletin.objects.unscoped("test").get()):
        assert again(thing).unit_id == world.commune.pk
    assert Posting.objects.unscoped("test").filter(device=device).count() == 1


# the guard


@pytest.mark.parametrize(
    "attack",
    [
        "UPDATE schedules_slot SET unit_id = %(other)s WHERE id = %(slot)s",
        "UPDATE schedules_slot SET unit_id = %(other)s, device_ids = NULL WHERE id = %(slot)s",
        "UPDATE schedules_slot SET device_ids = '{}' WHERE id = %(slot)s",
        "UPDATE schedules_slot SET start_at = start_at + interval '1 hour' WHERE id = %(slot)s",
        "UPDATE schedules_slot SET asked_by = 'me' WHERE id = %(slot)s",
    ],
)
def test_a_decided_slot_moves_by_no_other_hand(world, attack):
    make_devices(world.commune)
    bulletin = make_bulletin(world, now=NOW)
    slot = ask(world, bulletin)
    approve(world, bulletin)

    with (
        pytest.raises(DatabaseError, match="what was decided stands"),
        transaction.atomic(),
        connection.cursor() as sql,
    ):
        sql.execute(attack, {"slot": slot.pk, "other": world.other_commune.pk})


@pytest.mark.parametrize("change", ["start_at = start_at + interval '1 hour'", "asked_by = 'me'", "wakes = 9"])
def test_moving_along_carries_nothing_else_with_it(world, change):
    make_devices(world.commune)
    bulletin = make_bulletin(world, now=NOW)
    slot = ask(world, bulletin)
    approve(world, bulletin)
    carry(world)
    Handover.objects.unscoped("test").filter(keeper="schedules").update(thing=f"slot:{slot.pk}")

    with (
        pytest.raises(DatabaseError, match="what was decided stands"),
        transaction.atomic(),
        connection.cursor() as sql,
    ):
        sql.execute(
            f"UPDATE schedules_slot SET unit_id = %(home)s, {change} WHERE id = %(slot)s",  # noqa: S608 - of this test
            {"slot": slot.pk, "home": world.commune.pk},
        )


def test_a_declined_slot_stays(world):
    bulletin = make_bulletin(world, now=NOW)
    slot = ask(world, bulletin)
    Slot.objects.unscoped("test").filter(pk=slot.pk).update(
        state="declined", decided_at=NOW, decided_by=world.leader_user
    )

    carry(world)

    assert again(slot).unit_id == world.commune.pk


def test_what_was_silent_stays_silent_in_the_unit_that_takes_over(world):
    (device,) = make_devices(world.commune, count=1)
    (neighbor,) = make_devices(world.other_commune, count=1)
    said = devices.silence(world.officer, world.commune, reason="Nội dung lạ", now=NOW)

    carry(world)
    tasks.tell_areas(now=MIDNIGHT)

    kept = again(said)
    assert (kept.unit_id, kept.device_ids) == (world.other_commune.pk, [device.pk])
    assert (again(device).is_muted, again(neighbor).is_muted) == (True, False)
