"""Software for devices: two persons, stages, and a stop by itself."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction

from loa.devices import commands, keys, refusals, release_refusals, releases, stages, tasks
from loa.devices.models import Device, Release, ReleaseReport, Rollout
from loa.devices.tests.conftest import person
from loa.devices.tests.released import KEY, make_release, package, send_out, statement, take
from loa.kernel.errors import Denied, FreshFactorNeeded, NotFound
from loa.media import store
from loa.orgs.rules import Role
from loa_protocol import signing

MINUTE = timedelta(minutes=1)


@pytest.fixture
def second(world):
    return person("quan-tri", Role.ADMINISTRATOR, world.commune)


@pytest.fixture
def confirmed(world, second, now):
    made = make_release(world.technician, world.commune, now=now)
    return commands.confirm(second, made, now=now)


def said(devices, step, *, of, runs=None, seen_at, why=""):
    """Let devices have said how far they came, as the bridge writes it."""
    Device.objects.unscoped("test").filter(pk__in=[device.pk for device in devices]).update(
        tried_release=of.statement, release_step=step, release_why=why, seen_at=seen_at, connected=True,
        runs_release=of.statement if step in {"proved", "trying"} else "",
    )  # fmt: skip


def told(of):
    return list(Device.objects.unscoped("test").filter(release=of.statement).order_by("pk"))


def test_a_release_is_taken_in_by_one_confirmed_by_another_and_both_files_are_kept(world, second, now):
    made = make_release(world.technician, world.commune, now=now)

    assert (made.version, made.taken_by, made.confirmed_at) == ("0.2.0", "ky-thuat", None)
    assert store.has(made.sha256)
    assert store.has(made.statement)
    with pytest.raises(release_refusals.SamePerson):
        commands.confirm(world.technician, made, now=now)
    with pytest.raises(release_refusals.NotConfirmed):
        send_out(world.technician, world.commune, made, now=now)
    commands.confirm(second, made, now=now)
    with pytest.raises(release_refusals.AlreadyConfirmed):
        commands.confirm(person("quan-tri-2", Role.ADMINISTRATOR, world.commune), made, now=now)


def test_who_confirms_is_told_by_the_account_and_not_by_the_name(world, now):
    made = make_release(world.technician, world.commune, now=now)
    actor = world.technician.actor
    namesake = replace(world.technician, actor=replace(actor, id="another"))
    renamed = replace(world.technician, actor=replace(actor, name="Tên mới"))

    with pytest.raises(release_refusals.SamePerson):
        commands.confirm(renamed, made, now=now)
    with pytest.raises(DatabaseError), transaction.atomic():
        Release.objects.unscoped("test").update(
            confirmed_at=now, confirmed_by="Tên mới", confirmed_by_actor=made.taken_by_actor
        )

    confirmed = commands.confirm(namesake, made, now=now)

    assert (confirmed.confirmed_by, confirmed.confirmed_by_actor) == (made.taken_by, "person:another")


def test_who_took_in_a_release_before_accounts_were_kept_is_known_by_the_name(world, now):
    made = make_release(world.technician, world.commune, now=now)
    made.taken_by_actor = f"name:{made.taken_by}"

    with pytest.raises(release_refusals.SamePerson):
        commands.confirm(world.technician, made, now=now)


def test_take_in_refuses_what_no_key_for_releases_signed_and_another_package(world, now):
    keys.vouch_for_releases(KEY.as_dict(private=False), now=now)
    content, plan_key = package(), keys.load_signer(now=now).key

    for token in (
        statement(content, key=plan_key, now=now),
        statement(content, key=signing.generate(), now=now),
        statement(package("VERSION = '6'"), now=now),
        statement(content, now=now, exp=int(now.timestamp())),
        statement(content, now=now, floor="9.9"),
        b"no statement",
    ):
        with pytest.raises(release_refusals.BadRelease):
            take(world.technician, world.commune, content, token, now=now)
    with pytest.raises(release_refusals.BadRelease):
        take(world.technician, world.commune, b"no package", statement(b"no package", now=now), now=now)
    assert not Release.objects.unscoped("test").exists()


def test_take_in_refuses_the_same_twice_wrong_unit_wrong_role_and_a_stale_factor(world, now):
    made = make_release(world.technician, world.commune, now=now)
    content = package("VERSION = '0.2.0'\n")
    token = statement(content, now=now)

    assert made.sha256
    with pytest.raises(release_refusals.AlreadyTakenIn):
        take(world.technician, world.commune, content, token, now=now)
    with pytest.raises(NotFound):
        take(world.outsider, world.commune, content, token, now=now)
    with pytest.raises(Denied):
        take(world.officer, world.commune, content, token, now=now)
    with pytest.raises(FreshFactorNeeded):
        take(replace(world.technician, is_fresh=False), world.commune, content, token, now=now)


def test_it_goes_to_one_device_then_to_more_then_to_all(world, confirmed, now):
    devices, _ = world.enrolled(count=40)
    Device.objects.unscoped("test").update(connected=True, seen_at=now)
    rollout = send_out(world.technician, world.commune, confirmed, now=now)
    counts = [len(told(confirmed))]

    for lap in range(1, 4):
        at = now + lap * 11 * MINUTE
        said(told(confirmed), "proved", of=confirmed, seen_at=at)
        tasks.send_out(now=at)
        counts.append(len(told(confirmed)))
    said(told(confirmed), "proved", of=confirmed, seen_at=now + 34 * MINUTE)
    tasks.send_out(now=now + 34 * MINUTE)
    rollout.refresh_from_db()

    assert counts == [1, 2, 10, 40]
    assert (rollout.state, rollout.stage) == ("done", 3)
    assert all(device.state_seq > 0 for device in told(confirmed))
    assert len(devices) == 40


def test_a_stage_waits_for_its_time_and_for_enough_proof(world, confirmed, now):
    world.enrolled(count=40)
    Device.objects.unscoped("test").update(connected=True, seen_at=now)
    send_out(world.technician, world.commune, confirmed, now=now)

    said(told(confirmed), "proved", of=confirmed, seen_at=now)
    assert tasks.send_out(now=now + 9 * MINUTE) == 0
    said(told(confirmed), "waiting", of=confirmed, seen_at=now + 20 * MINUTE, why="quiet")
    assert tasks.send_out(now=now + 20 * MINUTE) == 0
    assert len(told(confirmed)) == 1


@pytest.mark.parametrize(("step", "later", "why"), [("returned", 1, "failed"), ("trying", 40, "silent")])
def test_it_stops_by_itself_and_who_does_not_run_it_keeps_what_it_has(world, confirmed, now, step, later, why):  # noqa: PLR0917 - three fixtures
    world.enrolled(count=40)
    Device.objects.unscoped("test").update(connected=True, seen_at=now)
    rollout = send_out(world.technician, world.commune, confirmed, now=now)
    first = told(confirmed)
    said(first, "proved", of=confirmed, seen_at=now)
    tasks.send_out(now=now + 11 * MINUTE)
    said([one for one in told(confirmed) if one not in first], step, of=confirmed, seen_at=now + MINUTE, why="crashed")

    tasks.send_out(now=now + (11 + later) * MINUTE)
    rollout.refresh_from_db()

    assert (rollout.state, rollout.stopped_why) == ("stopped", why)
    kept = {device.pk for device in told(confirmed)}
    assert {device.pk for device in first} <= kept
    assert len(kept) == (1 if step == "returned" else 2)
    assert tasks.send_out(now=now + 60 * MINUTE) == 0


def test_pause_go_on_and_withdraw(world, confirmed, second, now):
    world.enrolled(count=3)
    Device.objects.unscoped("test").update(connected=True, seen_at=now)
    rollout = send_out(world.technician, world.commune, confirmed, now=now)
    with pytest.raises(release_refusals.AlreadyGoingOut):
        send_out(world.technician, world.commune, confirmed, now=now)

    commands.pause(second, rollout)
    said(told(confirmed), "proved", of=confirmed, seen_at=now + 60 * MINUTE)
    assert tasks.send_out(now=now + 60 * MINUTE) == 0
    with pytest.raises(release_refusals.NotGoingOut):
        commands.pause(second, rollout)
    commands.go_on(second, rollout)
    assert tasks.send_out(now=now + 60 * MINUTE) == 1
    with pytest.raises(refusals.ReasonNeeded):
        commands.withdraw(second, rollout, reason=" ", now=now)
    ended = commands.withdraw(second, rollout, reason="Có lỗi khác", now=now + 61 * MINUTE)

    assert (ended.state, ended.ended_by, ended.stopped_why) == ("withdrawn", "quan-tri", "Có lỗi khác")
    for verb in (commands.pause, commands.go_on):
        with pytest.raises(release_refusals.NotGoingOut):
            verb(second, ended)
    with pytest.raises(release_refusals.NotGoingOut):
        commands.withdraw(second, ended, reason="Lần nữa", now=now)


def test_roll_out_refuses_another_place_a_bad_pace_and_what_is_too_old(world, confirmed, now):
    with pytest.raises(release_refusals.NotForThere):
        send_out(world.system, world.other, confirmed, now=now)
    for pace in (
        {"wait": timedelta(0)},
        {"failures_most_pct": stages.FAILURES_MOST_PCT + 1},
        {"silent_after": timedelta(days=9)},
    ):
        with pytest.raises(release_refusals.BadPace):
            send_out(world.technician, world.commune, confirmed, now=now, **pace)
    with pytest.raises(release_refusals.TooOld):
        send_out(world.technician, world.commune, confirmed, now=now + timedelta(days=31))
    with pytest.raises(NotFound):
        send_out(world.outsider, world.commune, confirmed, now=now)
    with pytest.raises(Denied):
        send_out(world.officer, world.commune, confirmed, now=now)


def test_what_was_taken_in_said_and_ended_stands(world, confirmed, now):
    (device,), _ = world.enrolled()
    report = ReleaseReport.objects.create(device=device, statement=confirmed.statement, step="proved", at=now)
    rollout = send_out(world.technician, world.commune, confirmed, now=now)
    commands.withdraw(world.technician, rollout, reason="Thử", now=now)
    wrongs = (
        lambda: Release.objects.unscoped("test").update(sha256="0" * 64),
        lambda: Release.objects.unscoped("test").update(confirmed_by="Ai đó"),
        lambda: Release.objects.unscoped("test").update(taken_by_actor="person:0"),
        lambda: Release.objects.unscoped("test").filter(pk=confirmed.pk).delete(),
        lambda: Rollout.objects.unscoped("test").update(state="running", ended_at=None, stopped_why=""),
        lambda: ReleaseReport.objects.unscoped("test").filter(pk=report.pk).update(step="returned"),
        lambda: ReleaseReport.objects.unscoped("test").filter(pk=report.pk).delete(),
    )

    for wrong in wrongs:
        with pytest.raises(DatabaseError), transaction.atomic():
            wrong()


def test_a_withdrawn_key_signs_nothing_more_and_keys_for_plans_stay(world, now):
    kid = keys.vouch_for_releases(KEY.as_dict(private=False), now=now)
    content = package()

    assert keys.withdraw_release_key(kid, now=now)
    assert not keys.withdraw_release_key(kid, now=now)
    with pytest.raises(release_refusals.BadRelease):
        take(world.technician, world.commune, content, statement(content, now=now), now=now)
    assert keys.load_signer(now=now).kid != kid


def test_devices_of_another_place_are_not_told(world, confirmed, now):
    mine, _ = world.enrolled(count=1)
    world.enrolled(count=3, unit=world.other)
    rollout = send_out(world.technician, world.commune, confirmed, now=now)

    assert [device.pk for device in told(confirmed)] == [mine[0].pk]
    assert releases.count(rollout, now=now).devices == 1
    with pytest.raises(NotFound):
        releases.get(world.outsider, confirmed.pk)
    with pytest.raises(NotFound):
        releases.get_rollout(world.outsider, rollout.pk)
