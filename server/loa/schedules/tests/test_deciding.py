from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from loa.audit.models import Entry
from loa.bulletins import commands as bulletins
from loa.bulletins import refusals as words
from loa.bulletins.tests.making import HEARD, NOW, make_bulletin, make_clip, make_submitted
from loa.dispatch import refusals as dispatch
from loa.dispatch.models import Airing
from loa.dispatch.tests.making import HOUR, make_devices, sent
from loa.kernel.errors import Denied, NotFound, WrongState
from loa.orgs import queries as orgs
from loa.orgs.models import Grant
from loa.orgs.rules import Role
from loa.orgs.tests.world import LONG_HELD, make_user
from loa.schedules import commands, queries, refusals, rules
from loa.schedules.models import Slot
from loa.schedules.tests.making import asked

TEN_AT_NIGHT = NOW + 12 * HOUR


def seen(world, bulletin):
    """What the leader's page carries: the digest of the places that wait."""
    waiting = queries.of_bulletin(world.leader, bulletin.pk).filter(state=rules.State.WAITING)
    return queries.places_sha256(list(waiting))


def approve(world, bulletin, *, scope=None, places=None, wakes=None, now=NOW):
    return commands.approve(
        scope or world.leader,
        bulletin,
        number=1,
        hearing=HEARD,
        places=seen(world, bulletin) if places is None else places,
        wakes=wakes,
        now=now,
    )


def approved(world):
    bulletin = make_submitted(world)
    bulletins.approve(world.leader, bulletin, number=1, hearing=HEARD, now=NOW)
    return bulletin


def aired(world, bulletin, *, scope=None, unit=None, start_at=NOW + HOUR, device_ids=None, wakes=None, now=NOW):
    return commands.air(
        scope or world.leader,
        bulletin,
        unit=unit or world.commune,
        start_at=start_at,
        device_ids=device_ids,
        wakes=wakes,
        now=now,
    )


def state_of(row):
    row.refresh_from_db()
    return row.state


def with_both_roles(world, user):
    """The same person as officer and leader of the commune, as a deployment may allow."""
    held = {grant.role_id for grant in orgs.held_by(user, at=NOW)}
    for role in {Role.OFFICER.value, Role.LEADER.value} - held:
        Grant.objects.create(user=user, role_id=role, unit=world.commune, during=LONG_HELD)
    return orgs.scope_for(user)


@pytest.fixture
def both(world):
    return with_both_roles(world, make_user("kiemnhiem", "Ngô Văn Kiêm", unit=world.commune, role=Role.OFFICER))


def test_a_leader_approves_words_and_places_at_once(world):
    bulletin = make_submitted(world)
    slot = asked(world, bulletin)

    approve(world, bulletin)

    assert (state_of(bulletin), state_of(slot)) == ("approved", rules.State.APPROVED)
    assert (slot.decided_by, slot.decided_at) == (world.leader_user, NOW)
    kept = Entry.objects.get(action="schedules.approve", result="done")
    assert (kept.target, kept.detail["places_sha256"]) == (f"bulletin:{bulletin.pk}", queries.places_sha256([slot]))
    assert Entry.objects.filter(action="bulletins.approve", result="done", target=kept.target).exists()


@pytest.mark.parametrize("change", ["added", "dropped", "moved", "narrowed"])
def test_approve_refuses_places_the_leader_has_not_seen_and_decides_nothing(world, change):
    (device, *_) = make_devices(world.commune)
    bulletin = make_submitted(world)
    slot = asked(world, bulletin)
    places = seen(world, bulletin)

    if change == "added":
        asked(world, bulletin, unit=world.hamlet)
    else:
        commands.drop(world.officer, slot, now=NOW)
    if change == "moved":
        asked(world, bulletin, start_at=NOW + 2 * HOUR)
    if change == "narrowed":
        asked(world, bulletin, device_ids=[device.pk])

    with pytest.raises(refusals.PlacesChanged):
        approve(world, bulletin, places=places)
    assert state_of(bulletin) == "submitted"
    assert not Slot.objects.unscoped("test").filter(state=rules.State.APPROVED).exists()
    assert Entry.objects.filter(action="schedules.approve", result="places_changed").count() == 1
    approve(world, bulletin)


def test_approve_refuses_the_wrong_unit_role_and_state_and_a_program(world, both):
    bulletin = make_bulletin(world)
    asked(world, bulletin)

    with pytest.raises(WrongState):
        approve(world, bulletin)
    bulletins.submit(world.officer, bulletin, now=NOW)
    with pytest.raises(NotFound):
        approve(world, bulletin, scope=world.other_officer)
    with pytest.raises(Denied):
        approve(world, bulletin, scope=world.officer)
    with pytest.raises(words.PersonNeeded):
        approve(world, bulletin, scope=world.system)
    with pytest.raises(words.OwnWork):
        approve(world, bulletin, scope=with_both_roles(world, world.officer_user))
    with pytest.raises(words.RevisionChanged):
        commands.approve(world.leader, bulletin, number=2, hearing=HEARD, places=seen(world, bulletin), now=NOW)
    approve(world, bulletin)
    with pytest.raises(words.AlreadyDecided):
        approve(world, bulletin)


def test_nobody_approves_the_place_they_asked_for(world, both):
    bulletin = make_submitted(world)
    asked(world, bulletin, scope=both)

    with pytest.raises(refusals.OwnPlaces):
        approve(world, bulletin, scope=both)

    assert state_of(bulletin) == "submitted"


def test_waking_people_needs_the_approvers_own_word_on_how_many(world):
    make_devices(world.commune, count=3)
    make_devices(world.hamlet, count=1)
    bulletin = make_submitted(world)
    slot = asked(world, bulletin, start_at=TEN_AT_NIGHT)
    asked(world, bulletin, unit=world.hamlet, start_at=TEN_AT_NIGHT + HOUR)

    for too_few in (None, 0, 3):
        with pytest.raises(refusals.QuietHours):
            approve(world, bulletin, wakes=too_few)

    woken = queries.waking(list(queries.of_bulletin(world.leader, bulletin.pk)), now=NOW)
    approve(world, bulletin, wakes=woken.count)
    assert (woken.count, woken.unit, state_of(slot), slot.wakes) == (4, None, "approved", 4)


def test_as_soon_as_approved_wakes_when_it_is_approved_at_night(world):
    make_devices(world.commune, count=2)
    bulletin = make_submitted(world)
    slot = asked(world, bulletin, start_at=None)

    with pytest.raises(refusals.QuietHours):
        approve(world, bulletin, now=TEN_AT_NIGHT)

    approve(world, bulletin, wakes=2, now=TEN_AT_NIGHT)
    assert commands.place(world.system, slot, now=TEN_AT_NIGHT).state == rules.State.PLACED


def test_no_more_are_woken_than_the_approver_agreed_to(world):
    make_devices(world.commune, count=2)
    bulletin = make_submitted(world)
    slot = asked(world, bulletin, start_at=TEN_AT_NIGHT)
    approve(world, bulletin, wakes=2)
    make_devices(world.hamlet, count=1)

    with pytest.raises(refusals.QuietHours):
        commands.place(world.system, slot, now=NOW)

    assert state_of(slot) == rules.State.APPROVED


def test_an_approval_in_daylight_that_is_placed_at_night_wakes_nobody(world):
    make_devices(world.commune)
    bulletin = make_submitted(world)
    slot = asked(world, bulletin, start_at=None)
    five_to_nine = NOW + 11 * HOUR - timedelta(minutes=5)
    approve(world, bulletin, now=five_to_nine)

    with pytest.raises(refusals.QuietHours):
        commands.place(world.system, slot, now=five_to_nine + timedelta(minutes=6))

    assert sent() == []


def test_place_refuses_what_nobody_approved_and_people_without_the_power(world):
    make_devices(world.commune)
    bulletin = make_submitted(world)
    slot = asked(world, bulletin)

    with pytest.raises(WrongState):
        commands.place(world.system, slot, now=NOW)
    approve(world, bulletin)
    late = asked(world, bulletin, start_at=NOW + 2 * HOUR)
    with pytest.raises(WrongState):
        commands.place(world.system, late, now=NOW)
    with pytest.raises(Denied):
        commands.place(world.officer, slot, now=NOW)
    with pytest.raises(NotFound):
        commands.place(world.outsider, slot, now=NOW)

    placed = commands.place(world.system, slot, now=NOW)
    assert commands.place(world.system, slot, now=NOW).airing_id == placed.airing_id
    assert Airing.objects.unscoped("test").count() == 1


def test_at_once_is_not_an_hour_after_the_approval(world):
    make_devices(world.commune)
    bulletin = make_submitted(world)
    slot = asked(world, bulletin, start_at=None)
    approve(world, bulletin)

    with pytest.raises(refusals.ApprovedLongAgo):
        commands.place(world.system, slot, now=NOW + HOUR)


def test_refuse_keeps_the_reason_of_an_approved_slot_only(world):
    make_devices(world.commune)
    bulletin = make_submitted(world)
    slot = asked(world, bulletin)
    approve(world, bulletin)
    waiting = asked(world, bulletin, start_at=NOW + 2 * HOUR)

    with pytest.raises(NotFound):
        commands.refuse(world.outsider, slot, reason="too_late")
    with pytest.raises(Denied):
        commands.refuse(world.leader, slot, reason="too_late")
    for each in (slot, waiting):
        commands.refuse(world.system, each, reason="too_late")

    assert (state_of(slot), slot.reason, state_of(waiting)) == ("refused", "too_late", "waiting")
    assert (queries.reason(slot), queries.reason(waiting)) == (str(dispatch.TooLate.sentence), "")


def test_a_place_asked_for_later_airs_when_the_leader_approves_it(world):
    make_devices(world.commune)
    bulletin = approved(world)
    slot = asked(world, bulletin)

    assert list(queries.waiting_for(world.leader, now=NOW)) == [slot]
    placed = commands.approve_place(world.leader, bulletin, slot_id=slot.pk, now=NOW)

    assert (placed.state, placed.airing.title, placed.airing.start_at) == ("placed", "Lịch cấp nước", NOW + HOUR)
    assert (placed.airing.source, placed.airing.requested_by) == (f"slot:{slot.pk}", "Trần Văn Cán")
    assert not queries.waiting_for(world.leader, now=NOW).exists()
    kept = Entry.objects.get(action="schedules.approve_place", result="done").detail
    assert kept["places_sha256"] == queries.places_sha256([slot])


def test_a_place_that_was_declined_never_airs(world):
    make_devices(world.commune)
    bulletin = approved(world)
    slot = asked(world, bulletin)

    commands.decline_place(world.leader, bulletin, slot_id=slot.pk, now=NOW)

    assert (state_of(slot), slot.decided_by) == (rules.State.DECLINED, world.leader_user)
    assert commands.place(world.system, slot, now=NOW).state == rules.State.DECLINED
    with pytest.raises(WrongState):
        commands.approve_place(world.leader, bulletin, slot_id=slot.pk, now=NOW)


@pytest.mark.parametrize("decide", [commands.approve_place, commands.decline_place])
def test_deciding_on_a_place_refuses_the_wrong_unit_role_and_state_and_who_asked(world, both, decide):
    make_devices(world.commune)
    bulletin, other = approved(world), approved(world)
    slot, own = asked(world, bulletin), asked(world, bulletin, scope=both, start_at=NOW + 2 * HOUR)
    early = asked(world, make_submitted(world))

    with pytest.raises(NotFound):
        decide(world.other_officer, bulletin, slot_id=slot.pk, now=NOW)
    with pytest.raises(Denied):
        decide(world.officer, bulletin, slot_id=slot.pk, now=NOW)
    with pytest.raises(words.PersonNeeded):
        decide(world.system, bulletin, slot_id=slot.pk, now=NOW)
    with pytest.raises(refusals.OwnPlaces):
        decide(both, bulletin, slot_id=own.pk, now=NOW)
    with pytest.raises(NotFound):
        decide(world.leader, other, slot_id=slot.pk, now=NOW)
    with pytest.raises(WrongState):
        decide(world.leader, early.bulletin, slot_id=early.pk, now=NOW)
    decide(world.leader, bulletin, slot_id=slot.pk, now=NOW)
    with pytest.raises(WrongState):
        decide(world.leader, bulletin, slot_id=slot.pk, now=NOW)
    bulletins.withdraw(world.officer, bulletin, now=NOW)
    with pytest.raises(refusals.Withdrawn):
        decide(world.leader, bulletin, slot_id=own.pk, now=NOW)


def test_a_leader_of_a_hamlet_does_not_answer_for_the_commune_there(world):
    make_devices(world.hamlet)
    bulletin = approved(world)
    slot = asked(world, bulletin, unit=world.hamlet)
    head = orgs.scope_for(make_user("truongthon", "Lý Văn Thôn", unit=world.hamlet, role=Role.LEADER))

    with pytest.raises(NotFound):
        commands.approve_place(head, bulletin, slot_id=slot.pk, now=NOW)

    assert not queries.waiting_for(head, now=NOW).exists()


def test_a_place_that_cannot_be_waits_on_and_the_leader_hears_why(world):
    bulletin = approved(world)
    slot = asked(world, bulletin)
    night = asked(world, bulletin, start_at=TEN_AT_NIGHT)

    with pytest.raises(dispatch.NobodyThere):
        commands.approve_place(world.leader, bulletin, slot_id=slot.pk, now=NOW)
    make_devices(world.commune, count=2)
    with pytest.raises(dispatch.TooLate):
        commands.approve_place(world.leader, bulletin, slot_id=slot.pk, now=NOW + HOUR)
    with pytest.raises(refusals.QuietHours):
        commands.approve_place(world.leader, bulletin, slot_id=night.pk, wakes=1, now=NOW)

    assert {state_of(slot), state_of(night)} == {rules.State.WAITING}
    assert commands.approve_place(world.leader, bulletin, slot_id=night.pk, wakes=2, now=NOW).wakes == 2


def test_what_needs_an_approver_is_shown_to_nobody_else(world, both):
    bulletin = approved(world)
    slot = asked(world, bulletin, scope=both)
    asked(world, make_submitted(world))

    assert list(queries.waiting_for(world.leader, now=NOW)) == [slot]
    for scope in (world.officer, both, world.other_officer, world.outsider):
        assert not queries.waiting_for(scope, now=NOW).exists()
    assert not queries.waiting_for(world.leader, now=NOW + HOUR).exists()


def test_who_may_approve_places_an_approved_bulletin_directly(world, both):
    make_devices(world.commune)
    bulletin = approved(world)

    slot = aired(world, bulletin)
    soon = aired(world, bulletin, scope=both, start_at=None)

    assert (slot.state, slot.decided_by, slot.airing.requested_by) == ("placed", world.leader_user, "Lê Thị Lãnh")
    assert (soon.state, soon.airing.is_now) == ("placed", True)
    assert aired(world, bulletin).pk == slot.pk
    assert Airing.objects.unscoped("test").count() == 2


def test_placing_directly_approves_the_same_wish_of_another(world):
    make_devices(world.commune)
    bulletin = approved(world)
    slot = asked(world, bulletin)

    assert aired(world, bulletin).pk == slot.pk

    assert state_of(slot) == rules.State.PLACED
    assert Airing.objects.unscoped("test").count() == 1


def test_air_refuses_the_wrong_unit_role_and_state_and_the_author(world, both):
    (foreign,) = make_devices(world.other_commune, count=1)
    make_devices(world.commune)
    bulletin = make_submitted(world)

    with pytest.raises(WrongState):
        aired(world, bulletin)
    bulletins.approve(world.leader, bulletin, number=1, hearing=HEARD, now=NOW)
    with pytest.raises(NotFound):
        aired(world, bulletin, scope=world.other_officer)
    with pytest.raises(Denied):
        aired(world, bulletin, scope=world.officer)
    with pytest.raises(words.PersonNeeded):
        aired(world, bulletin, scope=world.system)
    with pytest.raises(words.OwnWork):
        aired(world, bulletin, scope=with_both_roles(world, world.officer_user))
    with pytest.raises(refusals.OutsideBulletin):
        aired(world, bulletin, unit=world.other_commune)
    with pytest.raises(NotFound):
        aired(world, bulletin, device_ids=[foreign.pk])
    with pytest.raises(dispatch.TooLate):
        aired(world, bulletin, start_at=NOW)
    with pytest.raises(refusals.QuietHours):
        aired(world, bulletin, start_at=TEN_AT_NIGHT, wakes=2)
    bulletins.withdraw(world.officer, bulletin, now=NOW)
    with pytest.raises(refusals.Withdrawn):
        aired(world, bulletin)
    assert not Slot.objects.unscoped("test").exists()


def test_an_approved_bulletin_without_any_loudspeaker_is_refused_at_once(world):
    with pytest.raises(dispatch.NobodyThere):
        aired(world, approved(world))
    assert not Slot.objects.unscoped("test").exists()


def test_words_that_were_rewritten_leave_the_places_to_be_approved_with_them(world):
    bulletin = make_submitted(world)
    slot = asked(world, bulletin)
    clip = make_clip(world.commune, content=b"spoken again")
    bulletins.revise(
        world.officer, bulletin, title="Lịch mới", text="Nước về lúc 6 giờ.", clip_id=clip.pk, voice="vi", now=NOW
    )
    bulletins.submit(world.officer, bulletin, now=NOW)

    with pytest.raises(words.RevisionChanged):
        approve(world, bulletin)

    assert state_of(slot) == rules.State.WAITING


@pytest.mark.parametrize(
    "change",
    [
        "start_at = start_at + interval '1 hour'",
        "device_ids = NULL",
        "asked_by = '0'",
        "decided_at = NULL",
        "wakes = 9",
    ],
)
def test_what_was_approved_stands_also_for_raw_sql(world, change):
    (device, *_) = make_devices(world.commune)
    bulletin = make_submitted(world)
    slot = asked(world, bulletin, device_ids=[device.pk])
    approve(world, bulletin)

    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE schedules_slot SET {change} WHERE id = %s", [slot.pk])  # noqa: S608 - the changes stand above


def test_the_database_makes_no_airing_of_what_nobody_approved(world):
    make_devices(world.commune)
    bulletin = approved(world)
    airing, waiting = aired(world, bulletin).airing_id, asked(world, bulletin, start_at=NOW + 2 * HOUR)

    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE schedules_slot SET state = 'placed', airing_id = %s WHERE id = %s", [airing, waiting.pk])
