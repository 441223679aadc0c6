"""The door by which devices of other makers ask: secrets, guessing, patience, files, and who never gets in."""

import json
import uuid
from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client

from loa.devices import commands, refusals, rules
from loa.devices.bridge import gate, outlet, states
from loa.devices.models import Device, Fetched, Refusal, WrongCode
from loa.kernel import clock
from loa.kernel.errors import Denied, FreshFactorNeeded, NotFound
from loa.media import store
from loa_protocol import plan

DRIVER = "http_polled"


@pytest.fixture
def http(settings):
    settings.ROOT_URLCONF = "loa.devices.tests.urls"
    settings.MIDDLEWARE = []
    return Client()


@pytest.fixture
def device(world):
    return commands.register(world.technician, world.commune, name="Cụm hãng khác", kind="loudspeaker", driver=DRIVER)


@pytest.fixture
def secret(world, device):
    return commands.issue_secret(world.technician, device, now=clock.now())


def ask(http, secret, said=None, driver=DRIVER):
    body = "{}" if said is None else said if isinstance(said, str) else json.dumps(said)
    headers = {} if secret is None else {"HTTP_AUTHORIZATION": f"Bearer {secret}"}
    return http.post(f"/device/v1/drivers/{driver}/ask", body, content_type="application/json", **headers)


def rested(device):
    Device.objects.unscoped("test").filter(pk=device.pk).update(seen_at=clock.now() - timedelta(minutes=1))


def give_plan(device, content=b"sound"):
    """Hand a device a plan with one file; return the file's digest."""
    sha256 = store.put(content)
    now = clock.now()
    airing = plan.PlannedAiring(
        id="018f0000-0000-7000-8000-000000000000",
        start_at=now + timedelta(hours=1),
        end_at=now + timedelta(hours=2),
        clips=(plan.Clip(sha256=sha256, size_bytes=len(content), duration_ms=4_000),),
    )
    held = plan.Plan(start_at=now, end_at=now + timedelta(days=8), airings=(airing,))
    Device.objects.unscoped("test").filter(pk=device.pk).update(plan=store.put(plan.encode(held)))
    return sha256


def test_a_device_asks_with_its_secret_and_is_told_its_schedule(http, device, secret):
    sha256 = give_plan(device)

    answer = ask(http, secret, {"AmLuong": "60"})

    told = answer.json()
    assert (answer.status_code, told["TrangThaiGui"]) == (200, 0)
    (bulletin,) = told["NoiDung"]["DanhSachBanTin"]
    assert bulletin["NoiDung"][0]["MaBam"] == sha256
    assert bulletin["ThoiLuong"] == "00:00:04"
    found = Device.objects.unscoped("test").get(pk=device.pk)
    assert (found.connected, found.reported_volume_pct) == (True, 60)


@pytest.mark.parametrize("shown", [None, "", "x", "x.y", "018f0000-0000-7000-8000-000000000000.y"])
def test_who_shows_no_secret_of_its_own_is_told_nothing(http, device, secret, shown):
    answer = ask(http, shown)

    assert answer.status_code == 401
    assert answer.json().keys() == {"TrangThaiGui", "MoTa"}


def test_a_secret_opens_its_own_device_and_driver_only(world, http, device, secret):
    other = commands.register(world.technician, world.commune, name="Cụm khác", kind="gateway", driver="gateway")
    commands.issue_secret(world.technician, other, now=clock.now())
    _, _, shown = secret.partition(".")

    assert ask(http, f"{other.pk}.{shown}", driver="gateway").status_code == 401
    assert ask(http, secret, driver="gateway").status_code == 401
    assert ask(http, secret, driver="nobody").status_code == 404


def test_guessing_is_slowed_down_for_its_origin_only(http, device, secret):
    for _time in range(rules.GUESSES_MOST):
        assert ask(http, f"{device.pk}.wrong").status_code == 401

    assert ask(http, f"{device.pk}.wrong").status_code == 429
    assert ask(http, f"{uuid.uuid4()}.wrong").status_code == 429
    assert WrongCode.objects.count() == rules.GUESSES_MOST
    http.defaults["REMOTE_ADDR"] = "192.0.2.9"
    assert ask(http, f"{device.pk}.wrong").status_code == 401


def test_who_guesses_from_the_same_address_does_not_keep_a_device_out(http, device, secret):
    for _time in range(rules.GUESSES_MOST + 1):
        ask(http, f"{uuid.uuid4()}.wrong")

    assert ask(http, secret).status_code == 200


def test_a_device_that_asks_again_at_once_waits(http, device, secret):
    assert ask(http, secret).status_code == 200
    assert ask(http, secret).status_code == 429
    rested(device)
    assert ask(http, secret).status_code == 200


def test_a_revoked_device_is_told_nothing_more(world, http, device, secret):
    device.refresh_from_db()
    commands.revoke(world.technician, device, now=clock.now())

    assert ask(http, secret).status_code == 401
    device.refresh_from_db()
    with pytest.raises(refusals.AlreadyRevoked):
        commands.issue_secret(world.technician, device, now=clock.now())


def test_a_new_secret_ends_the_old_one(world, http, device, secret):
    device.refresh_from_db()
    anew = commands.issue_secret(world.technician, device, now=clock.now())

    assert ask(http, secret).status_code == 401
    assert ask(http, anew).status_code == 200


@pytest.mark.parametrize("said", ["", "[]", "nothing", "[" * 5_000, '{"AmLuong": "loud"}', '{"NhatKy": 5}'])
def test_what_cannot_be_read_is_refused_in_the_makers_own_words(http, device, secret, said):
    answer = ask(http, secret, said)

    assert (answer.status_code, answer.json()["TrangThaiGui"]) == (422, 1)


def test_what_a_driver_does_not_understand_is_put_on_record(http, device, secret):
    ask(http, secret, {"AmLuong": "loud"})

    row = Refusal.objects.get(device_id=device.pk)
    assert (row.topic, row.detail) == ("drivers/http_polled", "AmLuong")


def test_more_than_a_device_may_say_is_refused(http, device, secret):
    assert ask(http, secret, {"x": "y" * rules.SAID_BYTES_MOST}).status_code == 413


def test_a_file_of_its_plan_is_given_and_noted(http, device, secret):
    sha256 = give_plan(device)
    address = f"/device/v1/drivers/{DRIVER}/files/{sha256}"

    answer = http.get(address, HTTP_AUTHORIZATION=f"Bearer {secret}")

    assert (answer.status_code, b"".join(answer.streaming_content)) == (200, b"sound")
    assert Fetched.objects.filter(device=device, sha256=sha256).count() == 1
    assert http.get(address).status_code == 401


def test_a_file_outside_its_plan_is_not_there(http, device, secret):
    give_plan(device)
    other = store.put(b"another sound")

    answer = http.get(f"/device/v1/drivers/{DRIVER}/files/{other}", HTTP_AUTHORIZATION=f"Bearer {secret}")

    assert answer.status_code == 404
    assert Fetched.objects.count() == 0


def test_a_driver_without_a_safe_address_gives_out_no_secret(world, http, device, secret, settings):
    settings.LOA_PUBLIC_URL = "http://loa.example.vn"
    device.refresh_from_db()

    with pytest.raises(refusals.DriverUnconfigured):
        commands.issue_secret(world.technician, device, now=clock.now())
    with pytest.raises(refusals.DriverUnconfigured):
        commands.register(world.technician, world.commune, name="Cụm", kind="loudspeaker", driver=DRIVER)
    assert ask(http, secret).status_code == 503


def test_who_may_not_add_devices_issues_no_secret(world, device):
    with pytest.raises(Denied):
        commands.issue_secret(world.officer, device, now=clock.now())
    with pytest.raises(NotFound):
        commands.issue_secret(world.outsider, device, now=clock.now())


def test_a_second_secret_asks_for_a_fresh_factor(world, device, secret):
    device.refresh_from_db()
    with pytest.raises(FreshFactorNeeded):
        commands.issue_secret(replace(world.technician, is_fresh=False), device, now=clock.now())


def test_a_code_is_for_our_own_agent_and_a_secret_for_the_others(world, device):
    own = commands.register(world.technician, world.commune, name="Cụm loa", kind="loudspeaker")

    with pytest.raises(refusals.OtherMaker):
        commands.issue_code(world.technician, device, now=clock.now())
    with pytest.raises(refusals.OtherMaker):
        commands.issue_secret(world.technician, own, now=clock.now())
    with pytest.raises(refusals.BadDevice):
        commands.register(world.technician, world.commune, name="Cụm", kind="loudspeaker", driver="nobody")


def test_our_own_device_never_stands_without_a_key(world, device, secret):
    with pytest.raises(DatabaseError), transaction.atomic():
        Device.objects.unscoped("test").filter(pk=device.pk).update(driver="loa")


def test_the_bridge_knows_no_device_of_another_maker(world, device, secret):
    (own,), _ = world.enrolled()

    for statement in (gate._ALL, states._ALL):
        with connection.cursor() as cursor:
            cursor.execute(statement, {"after": uuid.UUID(int=0), "most": 10} if "after" in statement else None)
            known = {str(row[0]) for row in cursor.fetchall()}
        assert known == {str(own.pk)}


def test_the_bridge_claims_no_order_for_a_device_of_another_maker(world, device, secret):
    (own,), _ = world.enrolled()
    now = clock.now()
    device.refresh_from_db()
    for one in (own, device):
        commands.set_volume(world.technician, one, volume_pct=40, now=now)

    with connection.cursor() as cursor:
        cursor.execute(outlet._CLAIM, {"lane": "command", "now": now, "until": now, "most": 10})
        claimed = [str(row[3]) for row in cursor.fetchall()]

    assert claimed == [str(own.pk)]
