"""Fault tickets: opened by people and by what devices tell, due, escalated, closed with proof."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction

from loa.devices import commands, faults, refusals, repairs, tasks
from loa.devices.models import BridgeStatus, Device, Outbound, PlayEvent, Silence, Ticket
from loa.devices.tests.conftest import make_unit, person
from loa.kernel.errors import Denied, NotFound
from loa.media import intake
from loa.media.tests.papers import picture, written
from loa.orgs.rules import Level, Role
from loa.orgs.tests.world import make_user
from loa_protocol import uuid7

HOUR = timedelta(hours=1)


@pytest.fixture
def device(world, now):
    (device,), _ = world.enrolled()
    set_device(device, seen_at=now, connected=True)
    BridgeStatus.objects.create(started_at=now, seen_at=now + timedelta(days=1))
    return device


def set_device(device, **known):
    Device.objects.unscoped("test").filter(pk=device.pk).update(**known)


def tickets():
    return list(Ticket.objects.unscoped("test").order_by("opened_at", "cause"))


def report(world, device, *, cause="noise", now, by=None, **more):
    return commands.report(by or world.officer, device, cause=cause, words="Loa rít cả buổi chiều", now=now, **more)


def played(device, *, level, at, received_at=None, clock_offset_ms=None):
    return PlayEvent.objects.create(
        id=uuid7.make(), device_id=device.pk, seq=1, outcome="played", airing_id=uuid7.make(), at=at, reason="",
        started_at=at, level_dbfs=level, clock_offset_ms=clock_offset_ms, received_at=received_at or at,
    )  # fmt: skip


def photo(tmp_path):
    return intake.document_from_upload(written(tmp_path, picture()), name="loa.jpg")


def test_a_screeching_loudspeaker_is_muted_alone_mended_escalated_and_let_sound_again(world, device, now, tmp_path):
    (other,), _ = world.enrolled()

    ticket = report(world, device, mutes=True, now=now)
    (order,) = Outbound.objects.all()
    tasks.tell_areas(now=now)
    muted = dict(Device.objects.unscoped("test").values_list("pk", "is_muted"))
    Device.objects.unscoped("test").update(seen_at=now + 3 * HOUR)
    in_time = tasks.look_after(now=now + 3 * HOUR)
    Device.objects.unscoped("test").update(seen_at=now + 5 * HOUR)
    tasks.look_after(now=now + 5 * HOUR)
    late = repairs.get(world.leader, ticket.pk)
    closed = commands.close(world.technician, ticket, words="Thay dây loa", photo=photo(tmp_path), now=now + 6 * HOUR)
    tasks.tell_areas(now=now + 6 * HOUR)

    assert (order.body["kind"], order.body["devices"]) == ("stop", [str(device.pk)])
    assert (muted[device.pk], muted[other.pk]) == (True, False)
    assert (ticket.due_at, in_time) == (now + 4 * HOUR, 0)
    assert (late.escalations, late.escalated_to, late.escalated_at) == (1, world.province, now + 5 * HOUR)
    assert (closed.proof, closed.photo is not None) == ("photo", True)
    assert Silence.objects.unscoped("test").get().lifted_by == "ky-thuat"
    assert not Device.objects.unscoped("test").filter(is_muted=True).exists()
    assert Outbound.objects.order_by("-pk").first().body["kind"] == "lift"


def test_reporting_the_same_twice_is_refused_and_another_cause_is_not(world, device, now):
    report(world, device, now=now)

    with pytest.raises(refusals.AlreadyReported):
        report(world, device, mutes=True, now=now)

    assert not Silence.objects.unscoped("test").exists()
    assert report(world, device, cause="speaker", now=now).due_at == now + faults.DUE[faults.Cause.SPEAKER]


def test_report_refuses_wrong_unit_wrong_role_no_words_and_unknown_causes(world, device, now):
    with pytest.raises(NotFound):
        report(world, device, by=world.outsider, now=now)
    with pytest.raises(Denied):
        report(world, device, by=world.leader, now=now)
    with pytest.raises(refusals.BadCause):
        report(world, device, cause="storage", now=now)
    with pytest.raises(refusals.ReasonNeeded):
        commands.report(world.officer, device, cause="noise", words=" ", now=now)
    assert tickets() == []


def test_without_photo_a_level_measured_since_the_report_is_the_proof(world, device, now):
    ticket = report(world, device, cause="silent", now=now)
    played(device, level=-20.0, at=now - HOUR)
    played(device, level=-90.0, at=now + HOUR)

    with pytest.raises(refusals.ProofNeeded):
        commands.close(world.technician, ticket, words="Đã sửa", now=now + 2 * HOUR)
    played(device, level=-22.5, at=now + 2 * HOUR)
    closed = commands.close(world.technician, ticket, words="Đã sửa", now=now + 3 * HOUR)

    assert (closed.proof, closed.level_dbfs) == ("level", -22.5)


def test_sound_from_before_the_fault_proves_nothing_however_late_it_is_told(world, device, now):
    ticket = report(world, device, mutes=True, now=now)
    played(device, level=-20.0, at=now - HOUR, received_at=now + HOUR)
    played(device, level=-20.0, at=now + HOUR, received_at=now + HOUR, clock_offset_ms=7_200_000)

    with pytest.raises(refusals.ProofNeeded):
        commands.close(world.technician, ticket, words="Đã sửa", now=now + 2 * HOUR)

    assert Silence.objects.unscoped("test").get().is_open
    played(device, level=-20.0, at=now + HOUR, received_at=now + 2 * HOUR, clock_offset_ms=1_000)
    assert commands.close(world.technician, ticket, words="Đã sửa", now=now + 2 * HOUR).level_dbfs == -20.0


def test_silence_from_before_a_repair_that_is_told_after_it_opens_no_new_ticket(world, device, now, tmp_path):
    ticket = report(world, device, cause="silent", now=now)
    commands.close(world.technician, ticket, words="Thay loa", photo=photo(tmp_path), now=now + HOUR)
    played(device, level=-90.0, at=now + HOUR / 2, received_at=now + 2 * HOUR)

    tasks.look_after(now=now + 2 * HOUR)
    assert [one.is_open for one in tickets()] == [False]
    played(device, level=-90.0, at=now + 2 * HOUR)
    set_device(device, seen_at=now + 2 * HOUR)
    tasks.look_after(now=now + 2 * HOUR)

    assert [one.is_open for one in tickets()] == [False, True]


def test_close_refuses_wrong_unit_wrong_role_and_what_is_closed(world, device, now, tmp_path):
    ticket, proof = report(world, device, now=now), photo(tmp_path)

    with pytest.raises(NotFound):
        commands.close(world.outsider, ticket, words="Xong", photo=proof, now=now)
    with pytest.raises(Denied):
        commands.close(world.leader, ticket, words="Xong", photo=proof, now=now)
    commands.close(world.technician, ticket, words="Xong", photo=proof, now=now)
    with pytest.raises(refusals.AlreadyClosed):
        commands.close(world.technician, ticket, words="Xong", photo=proof, now=now)


def test_a_silence_that_was_lifted_before_does_not_hinder_the_closing(world, device, now, tmp_path):
    ticket = report(world, device, mutes=True, now=now)
    commands.lift(world.officer, ticket.silence, reason="Thử lại", now=now)

    assert commands.close(world.technician, ticket, words="Xong", photo=photo(tmp_path), now=now).closed_at == now


def test_a_fault_is_given_to_somebody_who_may_mend_it_there_and_to_nobody_else(world, device, now):
    mender = make_user("sua.loa", "Trần Văn Sửa", unit=world.commune, role=Role.TECHNICIAN)
    stranger = make_user("nguoi.la", "Lê Văn Lạ", unit=world.elsewhere, role=Role.TECHNICIAN)
    ticket = report(world, device, now=now)

    with pytest.raises(refusals.NotForThem):
        commands.assign(world.officer, ticket, user_id=stranger.pk, now=now)
    commands.assign(world.officer, ticket, user_id=mender.pk, now=now)

    assert tickets()[0].assignee_id == mender.pk


@pytest.mark.parametrize(
    ("known", "fault"),
    [
        ({"speaker_fault": True}, ("speaker", "telemetry")),
        ({"amplifier_fault": True}, ("amplifier", "telemetry")),
        ({"temperature_c": 82.0}, ("hot", "telemetry")),
        ({"supply_v": 80.0, "power": "mains"}, ("supply", "telemetry")),
        ({"clock_offset_ms": 9_000}, ("drift", "clock")),
        ({"storage_free_bytes": 1_000}, ("storage", "telemetry")),
    ],
)
def test_what_a_device_tells_opens_one_ticket_however_often_it_is_told(world, device, now, known, fault):
    set_device(device, **known)

    tasks.look_after(now=now)
    set_device(device, seen_at=now + timedelta(minutes=1))
    tasks.look_after(now=now + timedelta(minutes=1))

    (ticket,) = tickets()
    assert ((ticket.cause, ticket.origin), ticket.opened_at) == (fault, now)


def test_a_device_out_of_reach_is_a_fault_after_half_an_hour_unless_nobody_listens(world, device, now):
    assert tasks.look_after(now=now + timedelta(minutes=29)) == 0
    BridgeStatus.objects.update(seen_at=now)
    assert tasks.look_after(now=now + timedelta(minutes=31)) == 0
    BridgeStatus.objects.update(seen_at=now + timedelta(minutes=31))
    tasks.look_after(now=now + timedelta(minutes=31))

    assert [ticket.cause for ticket in tickets()] == ["offline"]


def test_one_that_lost_its_power_is_told_apart_from_one_that_lost_its_line(world, device, now):
    set_device(device, power="battery")
    BridgeStatus.objects.update(seen_at=now + timedelta(minutes=31))

    tasks.look_after(now=now + timedelta(minutes=31))

    assert [ticket.cause for ticket in tickets()] == ["power"]


def test_played_without_sound_opens_a_ticket_and_an_old_report_does_not_open_it_again(world, device, now, tmp_path):
    played(device, level=-90.0, at=now)

    tasks.look_after(now=now)
    (ticket,) = tickets()
    commands.close(world.technician, ticket, words="Thay loa", photo=photo(tmp_path), now=now + timedelta(minutes=1))
    tasks.look_after(now=now + timedelta(minutes=2))

    assert [(one.cause, one.origin) for one in tickets()] == [("silent", "evidence")]


def test_evidence_of_a_device_that_was_revoked_since_opens_no_ticket(world, device, now):
    played(device, level=-90.0, at=now)
    commands.revoke(world.system, device, now=now)

    tasks.look_after(now=now)

    assert tickets() == []


def test_what_a_device_no_longer_tells_is_closed_after_ten_minutes_and_not_before(world, device, now):
    set_device(device, speaker_fault=True)
    tasks.look_after(now=now)
    set_device(device, speaker_fault=False)

    for minutes in (1, 6, 10, 11):
        set_device(device, seen_at=now + timedelta(minutes=minutes))
        tasks.look_after(now=now + timedelta(minutes=minutes))
        if minutes < 11:
            assert tickets()[0].is_open

    (ticket,) = tickets()
    assert (ticket.proof, ticket.closed_at) == ("telemetry", now + timedelta(minutes=11))


def test_a_fault_that_comes_and_goes_stays_open(world, device, now):
    set_device(device, speaker_fault=True)
    for minutes in range(0, 30, 5):
        set_device(device, speaker_fault=minutes % 10 == 0, seen_at=now + timedelta(minutes=minutes))
        tasks.look_after(now=now + timedelta(minutes=minutes))

    assert [ticket.is_open for ticket in tickets()] == [True]


def test_an_overdue_fault_goes_up_once_for_each_such_time_and_no_further_than_the_top(world, device, now):
    hamlet = make_unit("08707.01", "Thôn Một", Level.HAMLET, world.commune)
    set_device(device, unit=hamlet)
    report(world, device, now=now)

    for hours in (5, 6, 9, 13):
        set_device(device, seen_at=now + hours * HOUR)
        tasks.look_after(now=now + hours * HOUR)

    (ticket,) = tickets()
    assert (ticket.escalations, ticket.escalated_to, ticket.escalated_at) == (1, world.province, now + 5 * HOUR)


def test_figures_tell_what_is_open_overdue_and_how_long_a_repair_took(world, device, now, tmp_path):
    report(world, device, now=now)
    second = report(world, device, cause="speaker", now=now)
    commands.close(world.technician, second, words="Xong", photo=photo(tmp_path), now=now + 2 * HOUR)

    told = repairs.figures(world.leader, now=now + 5 * HOUR)

    assert (told.open, told.overdue, told.unassigned, told.closed, told.mean) == (1, 1, 1, 1, 2 * HOUR)
    assert repairs.figures(world.outsider, now=now).open == 0


def test_a_device_that_breaks_again_and_again_is_named(world, device, now, tmp_path):
    for days in range(3):
        ticket = report(world, device, now=now + timedelta(days=days))
        commands.close(world.technician, ticket, words="Xong", photo=photo(tmp_path), now=now + timedelta(days=days))

    assert repairs.repeat_offenders(world.leader, now=now + timedelta(days=4)) == [(device, 3)]
    assert repairs.repeat_offenders(world.leader, now=now + timedelta(days=120)) == []


def test_what_was_reported_and_how_it_was_closed_stands(world, device, now, tmp_path):
    ticket = report(world, device, now=now)
    rows = Ticket.objects.unscoped("test").filter(pk=ticket.pk)

    for change in ({"words": "Khác"}, {"due_at": now + timedelta(days=9)}, {"closed_at": now, "proof": "photo"}):
        with pytest.raises(DatabaseError), transaction.atomic():
            rows.update(**change)
    with pytest.raises(DatabaseError, match="not deleted"), transaction.atomic():
        rows.delete()
    commands.close(world.technician, ticket, words="Xong", photo=photo(tmp_path), now=now)
    with pytest.raises(DatabaseError, match="stands"), transaction.atomic():
        rows.update(close_words="Khác")


def test_tend_is_for_programs_only(world, device, now):
    everything = {"found": [], "gone": [], "further": {}}

    with pytest.raises(Denied):
        commands.tend(person("ky-thuat", Role.TECHNICIAN, world.commune), world.commune, **everything, now=now)
