"""J8: on 1 July 2025 nine districts vanish, 121 communes become 36, Vĩnh Phúc joins Phú Thọ; the program goes on.

Real parts: the national list, the reform's data, PostgreSQL, the bridge, the web server and one real agent; the day
comes by an injected clock. Cases of citizens are missing here: their room is not built yet.
"""

import asyncio
import os
import sys
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import psycopg
import pytest
from django.db.models import Q
from django.test import Client, override_settings
from pytest_django.live_server_helper import LiveServer

from loa.accounts.models import User
from loa.accounts.passwords import hashed
from loa.bulletins import commands as bulletins
from loa.bulletins.models import Bulletin
from loa.bulletins.tests.making import HEARD
from loa.devices import commands as devices
from loa.devices import keys, tasks
from loa.devices import queries as registry
from loa.devices.bridge import evidence, ingest
from loa.devices.bridge.database import conninfo
from loa.devices.models import Device, PlayEvent
from loa.devices.tests import fleet
from loa.dispatch import commands as dispatching
from loa.dispatch import counting, rules, tallies
from loa.dispatch.models import AiringTarget, Tally, Told
from loa.dispatch.tallies import MEASURES, Map
from loa.dispatch.tests.making import CLIP
from loa.kernel import clock
from loa.kernel import scope as scopes
from loa.media import commands as media
from loa.media import queries as clips
from loa.media import speech
from loa.orgs import commands as units
from loa.orgs import gazetteer, ports, queries
from loa.orgs import tasks as chores
from loa.orgs.changes import Placing
from loa.orgs.models import Grant, Handover, Unit
from loa.orgs.tests.world import PASSWORD
from loa.schedules import commands as programme
from loa.schedules.models import Slot
from loa_protocol import messages, uuid7

pytestmark = [pytest.mark.system, pytest.mark.django_db(transaction=True), pytest.mark.timeout(400)]

DAY = date(2025, 7, 1)
MIDNIGHT = datetime.combine(DAY, time.min, tzinfo=rules.ZONE)
JUNE = datetime(2025, 6, 20, 8, 0, tzinfo=rules.ZONE)
SINCE = datetime(2024, 1, 1, tzinfo=UTC)
MONTHS = [date(2024 + (6 + month) // 12, (6 + month) % 12 + 1, 15) for month in range(24)]
PERIODS = {
    "before": (date(2024, 7, 1), date(2025, 6, 30)),
    "over": (date(2025, 1, 1), date(2025, 12, 31)),
    "after": (DAY, date(2026, 6, 30)),
}
SYSTEM = scopes.system("test")
AGENT = [sys.executable, "-c", "from loa_agent.cli import main; raise SystemExit(main())"]


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    with override_settings(STATIC_ROOT=tmp_path_factory.mktemp("static")):
        found = LiveServer("localhost")
        yield found
        found.stop()


@pytest.fixture
def province(transactional_db, settings, server):
    settings.LOA_MQTT_PORT = 0
    settings.LOA_PUBLIC_URL = server.url
    keys.ensure_box_keys(now=clock.now())
    fleet.forget_evidence()
    units.import_units(SYSTEM, province_code="26")
    return Unit.objects.unscoped("test").get(code="26")


def communes():
    return list(Unit.objects.unscoped("test").filter(level="commune", closed_on=None).order_by("path"))


def settle(province):
    """Bring people, two clusters a commune, and what waits over the break."""
    found = communes()
    people = [("quantri", province, "administrator"), ("quantri2", province, "administrator")]
    people += [("giamsat", province, "monitor"), ("huyen", _unit("251"), "officer")]
    people += [(f"canbo{unit.code}", unit, "officer") for unit in found]
    people += [(f"lanhdao{unit.code}", unit, "leader") for unit in found]
    password = hashed(PASSWORD)
    users = User.objects.bulk_create(
        User(
            username=name,
            full_name=f"Người {unit.name}",
            password=password,
            unit_path=unit.path,
            must_change_password=False,
        )
        for name, unit, _ in people
    )
    Grant.objects.bulk_create(
        Grant(user=user, unit=unit, role_id=role, during=(SINCE, None), granted_at=SINCE)
        for user, (_, unit, role) in zip(users, people, strict=True)
    )
    entries = [devices.NewDevice(name=f"Cụm {unit.code}.{one}", unit=unit) for unit in found for one in (1, 2)]
    made = devices.register_many(SYSTEM, province, entries=entries)
    devices.provision_fleet(SYSTEM, province, device_ids=[device.pk for device in made], now=clock.now())
    return found


def _unit(code):
    return Unit.objects.unscoped("test").get(code=code)


def scope_of(username, **more):
    return replace(queries.scope_for(User.objects.get(username=username)), **more)


def play(top, day):
    """Air province-wide at five, and take in by COPY what the clusters tell; one in seven says nothing."""
    start_at = datetime.combine(day, time(17), tzinfo=rules.ZONE)
    airing = dispatching.request(
        SYSTEM, top, title=f"Tin tháng {day:%m/%Y}", clip=CLIP, start_at=start_at, device_ids=None,
        source=f"j8:{day}", now=start_at - timedelta(days=1),
    )  # fmt: skip
    meant = AiringTarget.objects.unscoped("test").filter(airing=airing).order_by("device_id")
    over, begun = start_at + timedelta(seconds=5), start_at + timedelta(milliseconds=20)
    block = ""
    for number, device in enumerate(meant.values_list("device_id", flat=True)):
        if number % 7 == 3:
            continue
        event = messages.Event(
            id=str(uuid7.make(int(over.timestamp() * 1000))), seq=day.year * 12 + day.month, airing=str(airing.pk),
            outcome=messages.Outcome.PLAYED, at=over, clip=CLIP.sha256, started_at=begun,
            ended_at=begun + timedelta(seconds=4), level_dbfs=-20.0, lateness_ms=20, volume_pct=60,
        )  # fmt: skip
        payload = messages.encode_events([event])
        block += "".join(evidence.read(payload, device=str(device), received_at=over.isoformat()).rows)
    asyncio.run(_copy(block))
    return airing


async def _copy(block):
    async with await psycopg.AsyncConnection.connect(conninfo(), autocommit=True) as line:
        await line.execute(ingest.STAGE)
        await ingest._write(line, block.encode())


def wait_over_the_break(unit):
    """Leave a draft, a bulletin handed in with a wish for July, and an approved one that is placed in July."""
    writer, leader = scope_of(f"canbo{unit.code}"), scope_of(f"lanhdao{unit.code}")
    clip = media.keep(writer, unit, prepared=speech.speak("Lịch cấp nước tháng bảy."))
    author = User.objects.get(username=f"canbo{unit.code}").pk
    made = {}
    for name in ("draft", "submitted", "approved"):
        made[name] = bulletins.write(
            writer, unit, title=f"Tin {name}", text="Lịch cấp nước tháng bảy.", author_id=author, clip_id=clip.pk,
            voice="vi", now=JUNE,
        )  # fmt: skip
    for name in ("submitted", "approved"):
        bulletins.submit(writer, made[name], now=JUNE)
    bulletins.approve(leader, made["approved"], number=1, hearing=HEARD, now=JUNE)
    wishes = {
        name: programme.ask(
            writer, unit, bulletin_id=made[name].pk, start_at=datetime(2025, 7, 5, 17, 0, tzinfo=rules.ZONE),
            device_ids=None, requested_by="Cán bộ", now=JUNE,
        )
        for name in ("submitted", "approved")
    }  # fmt: skip
    placed = programme.approve_place(leader, made["approved"], slot_id=wishes["approved"].pk, now=JUNE)
    return made, wishes, placed


def reform(province):
    """Propose, rehearse and approve in two persons' hands, ten days ahead."""
    one, other = scope_of("quantri", is_fresh=True), scope_of("quantri2", is_fresh=True)
    paper = gazetteer.DECISION
    basis = units.keep_basis(one, province, number=paper.number, title=paper.title, issuer=paper.issuer)
    made = units.propose(
        one,
        province,
        title="Sắp xếp 1/7/2025",
        basis=basis,
        effective_on=DAY,
        plan=gazetteer.reform_2025("26"),
        now=JUNE,
    )
    heir = _heir_of_district()
    units.place_people(one, made, people=[Placing(user=None, unit=heir)])
    chores.rehearse(str(made.pk))
    made.refresh_from_db()
    assert made.dry_run["clash_count"] >= 0
    units.approve(other, made, plan_sha256=made.plan_sha256, now=JUNE)
    made.refresh_from_db()
    return made


def _heir_of_district():
    plan = gazetteer.reform_2025("26")
    closing = set(plan.closes)
    return next(code for code in sorted(unit.code for unit in communes()) if code not in closing)


def report(username, period, by, *, map_on=None):
    start, end = PERIODS[period]
    return tallies.tally(
        scope_of(username),
        start_on=start,
        end_on=end,
        by=by,
        map_on=map_on or clock.now().astimezone(rules.ZONE).date(),
    )


def sums(found):
    return {name: sum(line.exact[name] for line in found.lines) for name in MEASURES}


def test_the_first_of_july(province, settings, server, tmp_path, client):
    old = settle(province)
    assert len(old) == 121
    closing = set(gazetteer.reform_2025("26").closes)
    gone = next(unit for unit in old if unit.code in closing)
    lived = next(unit for unit in old if unit.code not in closing)
    for day in MONTHS[:12]:
        play(province, day)
    open_work, wishes, placed = wait_over_the_break(gone)
    made = reform(province)
    loudspeaker = Device.objects.unscoped("test").filter(unit=gone).order_by("name").first()

    asyncio.run(_with_an_agent(loudspeaker, settings, server, tmp_path / "agent", gone))

    _units_are_those_of_the_day()
    _everything_has_an_owner(made)
    _open_work_went_along(gone, open_work, wishes, placed)
    top = _unit("25")
    for day in MONTHS[12:]:
        play(top, day)
    counting.refresh_all(now=clock.now())
    _reports_reconcile(gone, lived)
    _officials_sign_in_and_see_their_history(client, gone)


async def _with_an_agent(loudspeaker, settings, server, home, gone):
    """Carry the reform out while a real agent stands in a commune that ends; let it hear its new commune."""
    async with fleet.running_bridge() as port:
        settings.LOA_MQTT_PORT = port
        code = await _in_thread(lambda: devices.issue_code(SYSTEM, loudspeaker, now=clock.now()))
        await _call("enrol", "--server", server.url, "--code", code, "--home", str(home))
        process = await asyncio.create_subprocess_exec(*AGENT, "run", "--home", str(home), "--output", "wav")
        try:
            await fleet.until(lambda: _row(loudspeaker).connected)
            assert (await _in_thread(lambda: _row(loudspeaker))).told_area == gone.path

            assert await _in_thread(lambda: chores.carry_out_due(now=MIDNIGHT - timedelta(seconds=1))) == 0
            assert await _in_thread(lambda: chores.carry_out_due(now=MIDNIGHT + timedelta(seconds=1))) == 1
            heir = await _in_thread(lambda: Unit.objects.unscoped("test").get(pk=_row(loudspeaker).unit_id))
            assert (heir.code != gone.code, heir.path) == (True, f"25/{heir.code}")

            alert = await _in_thread(lambda: _air_now(heir))
            await fleet.until(lambda: _played(alert, loudspeaker))
            await _in_thread(lambda: tasks.tell_areas(now=clock.now()))
            await fleet.until(lambda: _row(loudspeaker).former_areas == [] and _row(loudspeaker).told_area == heir.path)

            second = await _in_thread(lambda: _air_now(heir))
            await fleet.until(lambda: _played(second, loudspeaker))
        finally:
            process.terminate()
            await asyncio.wait_for(process.wait(), 20)
    assert list((home / "recordings").glob("*.wav"))


def _air_now(unit):
    clip = media.keep(SYSTEM, unit, prepared=speech.speak("Thử loa xã mới."))
    return dispatching.request(
        SYSTEM, unit, title="Thử loa", clip=clips.facts([clip.pk])[clip.pk], start_at=None, device_ids=None,
        source=f"j8:now:{uuid7.make()}", now=clock.now(),
    )  # fmt: skip


def _played(airing, device):
    return PlayEvent.objects.filter(airing_id=airing.pk, device_id=device.pk, outcome="played").exists()


def _row(device):
    return Device.objects.unscoped("test").get(pk=device.pk)


def _in_thread(work):
    return asyncio.to_thread(fleet._asked, work)


async def _call(*arguments):
    process = await asyncio.create_subprocess_exec(
        *AGENT, *arguments, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE, env=dict(os.environ)
    )
    _, err = await process.communicate()
    assert process.returncode == 0, err.decode()


def _units_are_those_of_the_day():
    standing = Unit.objects.unscoped("test").filter(closed_on=None)
    assert [unit.path for unit in standing.exclude(level="commune")] == ["25"]
    assert standing.filter(level="commune", path__startswith="25/").count() == 36
    assert Unit.objects.unscoped("test").filter(level="district", closed_on=DAY).count() == 9
    then = queries.tree_as_of(SYSTEM, DAY - timedelta(days=1))
    assert sum(node.level == "commune" for node in then) == 121


def _everything_has_an_owner(made):
    made.refresh_from_db()
    assert made.state == "in_force"
    assert Device.objects.unscoped("test").exclude(unit__closed_on=None).count() == 0
    running = queries.standing(at=MIDNIGHT + timedelta(hours=8))
    assert running.exclude(unit__closed_on=None).count() == 0
    assert running.values("user").distinct().count() == User.objects.count()
    where = [unit.pk for unit in communes()]
    assert {keeper.name: keeper.without_owner(where) for keeper in ports.keepers()} == dict.fromkeys(
        (keeper.name for keeper in ports.keepers()), 0
    )
    handed = Handover.objects.unscoped("test").filter(reorganisation=made, keeper="devices").count()
    assert handed == 2 * (121 - 36)


def _open_work_went_along(gone, open_work, wishes, placed):
    went = Bulletin.objects.unscoped("test").filter(pk__in=[one.pk for one in open_work.values()])
    (heir,) = {one.unit_id for one in went}
    slots = Slot.objects.unscoped("test").filter(pk__in=[one.pk for one in wishes.values()]).select_related("airing")
    assert {slot.unit_id for slot in slots} == {heir}
    assert Unit.objects.unscoped("test").get(pk=heir).closed_on is None
    waiting = next(slot for slot in slots if slot.pk == wishes["submitted"].pk)
    stood = registry.stood_below([gone.pk], before=DAY)[gone.pk]
    assert waiting.device_ids == sorted(stood)
    moved = next(slot for slot in slots if slot.pk == placed.pk)
    assert moved.airing.unit_id == heir
    targets = AiringTarget.objects.unscoped("test").filter(airing=moved.airing_id)
    assert {one.device_id for one in targets} == set(stood)


def _reports_reconcile(gone, lived):
    """Totals are equal before, over and after the break, on the old map and on the new one, and to the rows behind."""
    assert not Told.objects.exists()
    for period, (start, end) in PERIODS.items():
        found = [
            report("giamsat", period, Map.DAY),
            report("giamsat", period, Map.TODAY),
            report("giamsat", period, Map.FORMER, map_on=DAY - timedelta(days=1)),
        ]
        behind = Tally.objects.unscoped("test").filter(on__gte=start, on__lte=end)
        rows = AiringTarget.objects.unscoped("test").filter(
            Q(airing__start_at__gte=datetime.combine(start, time.min, tzinfo=rules.ZONE)),
            airing__start_at__lt=datetime.combine(end + timedelta(days=1), time.min, tzinfo=rules.ZONE),
        )
        assert len({tuple(sorted(sums(one).items())) for one in found}) == 1, period
        assert {one.total.meant for one in found} == {sum(behind.values_list("meant", flat=True))} == {rows.count()}
        assert all(sum(line.heard for line in one.lines) == one.total.heard for one in found)
        assert len(found[1].lines) == 36
        assert len(found[2].lines) == 121
    codes = {line.code for line in report("giamsat", "before", Map.DAY).lines}
    assert gone.code in codes
    after = {line.code for line in report("giamsat", "after", Map.DAY).lines}
    assert len(after) == 36
    assert gone.code not in after
    assert lived.code in after


def _officials_sign_in_and_see_their_history(client: Client, gone):
    client.post("/desk/sign-in/", {"username": f"canbo{gone.code}", "password": PASSWORD})

    assert "Tin draft" in client.get("/desk/bulletins/").content.decode()
    page = client.get("/desk/heard/", {"start": "2024-07-01", "end": "2025-06-30"}).content.decode()
    assert gone.name in page
