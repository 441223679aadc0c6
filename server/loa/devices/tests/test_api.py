import json
from datetime import timedelta

import pytest
from django.test import Client

from loa.devices import commands, keys, rules
from loa.devices.models import WrongCode
from loa.kernel import clock
from loa_protocol import canonical, signing
from loa_protocol import keys as trust


@pytest.fixture
def http(settings):
    settings.ROOT_URLCONF = "loa.devices.tests.urls"
    settings.MIDDLEWARE = []
    return Client()


@pytest.fixture
def code(world):
    device = commands.register(world.technician, world.commune, name="Cụm loa", kind="loudspeaker")
    return commands.issue_code(world.technician, device, now=clock.now())


def ask(http, code, **changes):
    body = {"code": code, "public_jwk": json.loads(trust.public_jwk(signing.generate())), **changes}
    return http.post("/device/v1/enrol", json.dumps(body), content_type="application/json")


def test_a_device_enrols_with_its_code(http, code, settings):
    settings.LOA_PUBLIC_URL = "https://loa.example.vn"

    answer = ask(http, code)

    told = answer.json()
    assert answer.status_code == 200
    assert told["mqtt"] == {"host": "loa.example.vn", "port": settings.LOA_MQTT_PORT, "tls": False}
    assert told["media_url"] == "https://loa.example.vn/media"
    assert {"device", "area_path", "root_jwk", "key_list", "device_key", "credential", "certificate"} <= told.keys()
    assert "private_jwk" not in told


def test_the_same_code_is_refused_the_second_time(http, code):
    ask(http, code)

    again = ask(http, code)

    assert (again.status_code, again.json()["code"]) == (403, "wrong_code")


def test_guessing_is_slowed_down_for_its_origin_only(http, code):
    for _time in range(rules.GUESSES_MOST):
        assert ask(http, "AAAA-BBBB-CCCC").status_code == 403

    assert ask(http, code).status_code == 429
    http.defaults["REMOTE_ADDR"] = "192.0.2.9"
    assert ask(http, code).status_code == 200


def test_old_guesses_are_forgiven(http, code):
    past = clock.now() - rules.GUESSES_WINDOW - timedelta(seconds=1)
    WrongCode.objects.bulk_create([WrongCode(origin="127.0.0.1", at=past) for _time in range(rules.GUESSES_MOST)])

    assert ask(http, code).status_code == 200


@pytest.mark.parametrize("body", ["", "[]", "{}", '{"code": 5, "public_jwk": {}}', '{"code": "x", "public_jwk": "y"}'])
def test_what_is_no_request_is_refused(http, db, body):
    assert http.post("/device/v1/enrol", body, content_type="application/json").status_code in {400, 422}


def test_a_bad_key_is_refused_with_a_sentence(http, code):
    answer = ask(http, code, public_jwk={"kty": "EC"})

    assert (answer.status_code, answer.json()["code"]) == (422, "bad_key")


def test_keys_are_given_to_everybody(http, world, now):
    ring = trust.KeyRing(root=keys.root_public())

    ring.learn(http.get("/device/v1/keys").content)

    assert list(ring.vouched) == [keys.load_signer(now=now).kid]


def test_without_a_key_list_nobody_enrols(http, code, settings):
    (settings.KEY_FOLDER / "key_list.jws").unlink()

    assert http.get("/device/v1/keys").status_code == 503
    assert ask(http, code).status_code == 503


def test_the_time_is_told(http):
    told = canonical.from_wire(http.get("/device/v1/time").json()["at"])

    assert abs(clock.now() - told) < timedelta(minutes=1)
