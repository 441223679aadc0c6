import json
import stat
from dataclasses import replace
from datetime import timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from joserfc.jwk import OKPKey

from loa.devices import commands, queries, refusals
from loa.devices.models import Device, EnrolmentCode
from loa.kernel.errors import Denied, FreshFactorNeeded, NotFound
from loa_protocol import keys as trust
from loa_protocol import signing


@pytest.fixture
def device(world):
    return commands.register(world.technician, world.commune, name="Cụm loa", kind="loudspeaker")


def public(key):
    return json.loads(trust.public_jwk(key))


def test_a_code_makes_a_device_an_identity(world, device, now):
    key = signing.generate()
    code = commands.issue_code(world.technician, device, now=now)

    enrolment = commands.enrol(code.lower().replace("-", " "), public_jwk=public(key), now=now + timedelta(minutes=29))

    ring = trust.KeyRing(root=OKPKey.import_key(dict(enrolment.root_jwk)))
    ring.learn(enrolment.key_list.encode())
    assert len(ring.vouched) == 1
    assert enrolment.device == str(device.pk)
    assert enrolment.area_path == world.commune.path
    stored = queries.get(world.technician, device.pk)
    assert stored.state == "enrolled"
    assert enrolment.credential not in stored.credential_digest
    assert json.loads(stored.public_key)["x"] == public(key)["x"]


def test_one_code_serves_once(world, device, now):
    code = commands.issue_code(world.technician, device, now=now)
    commands.enrol(code, public_jwk=public(signing.generate()), now=now)

    with pytest.raises(refusals.WrongCodeGiven):
        commands.enrol(code, public_jwk=public(signing.generate()), now=now)


def test_a_code_taken_by_another_process_in_between_is_refused(world, device, now):
    code = commands.issue_code(world.technician, device, now=now)
    row = EnrolmentCode.objects.select_related("device__unit").get()
    commands.enrol(code, public_jwk=public(signing.generate()), now=now)

    with pytest.raises(refusals.WrongCodeGiven):
        commands.take_identity(world.system, row.device, code=row, public=signing.generate(), now=now)


def test_a_code_ends_after_half_an_hour(world, device, now):
    code = commands.issue_code(world.technician, device, now=now)

    with pytest.raises(refusals.WrongCodeGiven):
        commands.enrol(code, public_jwk=public(signing.generate()), now=now + timedelta(minutes=30))


def test_a_newer_code_ends_the_older_one(world, device, now):
    older = commands.issue_code(world.technician, device, now=now)
    newer = commands.issue_code(world.technician, device, now=now)

    with pytest.raises(refusals.WrongCodeGiven):
        commands.enrol(older, public_jwk=public(signing.generate()), now=now)
    assert commands.enrol(newer, public_jwk=public(signing.generate()), now=now).device == str(device.pk)


def test_the_code_itself_is_not_stored(world, device, now):
    code = commands.issue_code(world.technician, device, now=now)

    (row,) = EnrolmentCode.objects.all()
    assert code not in str(vars(row))
    assert code.replace("-", "") not in str(vars(row))


def test_issue_code_refuses_wrong_unit_wrong_role_and_a_revoked_device(world, device, now):
    with pytest.raises(NotFound):
        commands.issue_code(world.outsider, device, now=now)
    with pytest.raises(Denied):
        commands.issue_code(world.officer, device, now=now)
    commands.revoke(world.technician, device, now=now)
    device.refresh_from_db()
    with pytest.raises(refusals.AlreadyRevoked):
        commands.issue_code(world.technician, device, now=now)


@pytest.mark.parametrize(
    "jwk", [{}, {"kty": "OKP", "crv": "X25519", "x": "A" * 43}, {"kty": "OKP", "crv": "Ed25519", "x": 3}]
)
def test_a_key_that_is_none_leaves_the_code_unused(world, device, now, jwk):
    code = commands.issue_code(world.technician, device, now=now)

    with pytest.raises(refusals.BadKey):
        commands.enrol(code, public_jwk=jwk, now=now)
    assert commands.enrol(code, public_jwk=public(signing.generate()), now=now).device == str(device.pk)


def test_the_certificate_binds_the_device_to_its_own_key(world, device, now, settings):
    key = signing.generate()
    code = commands.issue_code(world.technician, device, now=now)

    enrolment = commands.enrol(code, public_jwk=public(key), now=now)

    certificate = x509.load_pem_x509_certificate(enrolment.certificate.encode())
    authority = x509.load_pem_x509_certificate(enrolment.authority.encode())
    certificate.verify_directly_issued_by(authority)
    raw = certificate.public_key().public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
    assert certificate.subject.rfc4514_string() == f"CN={device.pk}"
    assert raw == key.public_key.public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
    for file in settings.KEY_FOLDER.iterdir():
        assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_a_fleet_is_enrolled_in_the_order_asked(world, now):
    devices, identities = world.enrolled(count=20)

    assert [identity.device for identity in identities] == [str(device.pk) for device in devices]
    assert len({identity.credential for identity in identities}) == 20
    assert Device.objects.unscoped("test").filter(state="enrolled").count() == 20


def test_a_fleet_of_another_unit_is_refused_whole(world, now):
    devices, _ = world.enrolled(count=2)
    before = {device.pk: device.credential_digest for device in devices}

    with pytest.raises(refusals.NotBelow):
        commands.provision_fleet(world.system, world.other, device_ids=[device.pk for device in devices], now=now)
    assert dict(Device.objects.unscoped("test").values_list("pk", "credential_digest")) == before


def test_a_code_for_an_enrolled_device_needs_a_fresh_factor_and_one_for_a_new_device_does_not(world, device, now):
    stale = replace(world.technician, is_fresh=False)
    code = commands.issue_code(stale, device, now=now)
    commands.enrol(code, public_jwk=public(signing.generate()), now=now)
    device.refresh_from_db()

    with pytest.raises(FreshFactorNeeded):
        commands.issue_code(stale, device, now=now)
    assert commands.issue_code(world.technician, device, now=now)
