from datetime import timedelta

import pytest

from loa.devices import keys, queries
from loa_protocol import keys as trust
from loa_protocol import signing
from loa_protocol.signing import Purpose


def test_a_box_makes_its_keys_once(settings, now):
    keys.ensure_box_keys(now=now)
    before = {file.name: file.read_bytes() for file in settings.KEY_FOLDER.iterdir()}

    keys.ensure_box_keys(now=now + timedelta(days=1))

    assert {file.name: file.read_bytes() for file in settings.KEY_FOLDER.iterdir()} == before


def test_devices_believe_what_the_signer_signs(settings, now):
    keys.ensure_box_keys(now=now)
    ring = trust.KeyRing(root=keys.root_public())
    ring.learn(keys.key_list())
    claims = {"iat": int(now.timestamp()), "exp": int(now.timestamp()) + 60}

    token = signing.sign(claims, keys.load_signer(now=now).key, Purpose.NOW)

    assert ring.open(token, Purpose.NOW, now) == claims


@pytest.mark.parametrize("name", ["signing.jwk", "key_list.jws", "root.pub.jwk"])
@pytest.mark.parametrize("content", [None, "", "{}", "[]", '{"kty":"oct","k":"AAAA"}'])
def test_a_missing_or_broken_file_stops_signing_with_a_clear_error(settings, now, name, content, db):
    keys.ensure_box_keys(now=now)
    file = settings.KEY_FOLDER / name
    file.unlink()
    if content is not None:
        file.write_text(content)

    with pytest.raises(keys.NoSigningKey):
        keys.load_signer(now=now)
    health = queries.health(now)
    assert (health.signing_ok, health.ok) == (False, False)
    assert health.signing_problem


def test_a_key_the_root_did_not_vouch_for_is_not_used(settings, now):
    keys.ensure_box_keys(now=now)
    foreign = keys._private(signing.generate())
    (settings.KEY_FOLDER / "signing.jwk").write_text(foreign)

    with pytest.raises(keys.NoSigningKey):
        keys.load_signer(now=now)


def test_a_key_past_its_time_is_not_used_and_is_vouched_for_again_in_time(now, settings):
    keys.ensure_box_keys(now=now)
    late = now + keys.SIGNING_LIFE
    with pytest.raises(keys.NoSigningKey):
        keys.load_signer(now=late)

    keys.ensure_box_keys(now=late - timedelta(days=10))

    assert keys.load_signer(now=late).kid


def test_a_root_that_was_taken_away_is_not_replaced(settings, now):
    keys.ensure_box_keys(now=now)
    (settings.KEY_FOLDER / "root.jwk").unlink()
    public = (settings.KEY_FOLDER / "root.pub.jwk").read_bytes()

    keys.ensure_box_keys(now=now + timedelta(days=390))

    assert not (settings.KEY_FOLDER / "root.jwk").exists()
    assert (settings.KEY_FOLDER / "root.pub.jwk").read_bytes() == public


def test_a_key_vouched_for_by_a_clock_that_was_ahead_is_vouched_for_anew_when_the_clock_is_right(now, settings):
    keys.ensure_box_keys(now=now + timedelta(days=365))
    with pytest.raises(keys.NoSigningKey):
        keys.load_signer(now=now)

    keys.ensure_box_keys(now=now)

    ring = trust.KeyRing(root=keys.root_public())
    ring.learn(keys.key_list())
    token = signing.sign(
        {"iat": int(now.timestamp()), "exp": int(now.timestamp()) + 60}, keys.load_signer(now=now).key, Purpose.NOW
    )
    assert ring.open(token, Purpose.NOW, now)
