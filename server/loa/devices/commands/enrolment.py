"""Giving devices their identity: one by a code a person types, or a whole simulated fleet."""

import base64
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any  # Any: a JWK is an open JSON object
from urllib.parse import urlsplit

from django.conf import settings
from django.db import connection
from joserfc.errors import JoseError
from joserfc.jwk import OKPKey

from loa.devices import certificates, events, keys, notify, refusals, rules
from loa.devices.models import Device, EnrolmentCode
from loa.kernel import scope as scopes
from loa.kernel.command import command, demand_fresh, emit, note
from loa.kernel.scope import Scope
from loa.orgs.models import Unit
from loa_protocol import envelope, signing
from loa_protocol import keys as trust

_PROVISION = """
UPDATE devices_device AS device
   SET state = 'enrolled', enrolled_at = %(now)s, state_seq = device.state_seq + 1,
       public_key = fresh.public_key, credential_digest = fresh.digest, config = NULL, reported_config = '',
       told_muted = false,
       enrolled_area = unit.path, told_area = unit.path, former_areas = '{}'
  FROM unnest(%(ids)s::uuid[], %(keys)s::text[], %(digests)s::text[]) AS fresh (id, public_key, digest),
       orgs_unit AS unit
 WHERE device.id = fresh.id AND unit.id = device.unit_id AND device.state <> 'revoked'
   AND device.driver = 'loa' AND (unit.path = %(path)s OR unit.path LIKE %(below)s)
RETURNING device.id, unit.path
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Enrolment:
    """Everything a device is told once. `credential` and `device_key` are secret and not stored in this form."""

    device: str
    area_path: str
    root_jwk: Mapping[str, Any]
    key_list: str
    device_key: str
    credential: str
    mqtt: Mapping[str, Any]
    media_url: str
    certificate: str | None = None
    authority: str | None = None
    private_jwk: Mapping[str, Any] | None = None

    def answer(self) -> dict[str, Any]:
        """Return the JSON object of the enrolment answer; absent parts are left out."""
        names = self.__dataclass_fields__
        document = {name: getattr(self, name) for name in names}
        return {name: value for name, value in document.items() if value is not None}


@command("devices.enrol")
def issue_code(scope: Scope, device: Device, /, *, now: datetime) -> str:
    """Return a one-time code for this device; earlier ones stop working. It is shown once and kept as a digest.

    With it another machine takes the place of a device that is enrolled: then a fresh second factor is asked for.
    """
    if device.state == rules.State.REVOKED:
        raise refusals.AlreadyRevoked
    if device.driver != rules.OWN_DRIVER:
        raise refusals.OtherMaker
    if device.state == rules.State.ENROLLED:
        demand_fresh(scope)
    EnrolmentCode.objects.filter(device=device, used_at=None).delete()
    code = rules.new_code()
    EnrolmentCode.objects.create(
        device=device,
        digest=rules.code_digest(code, secret=settings.SECRET_KEY),
        created_at=now,
        expires_at=now + rules.CODE_LIFETIME,
    )
    note(expires_at=now + rules.CODE_LIFETIME)
    return code


def enrol(code: str, *, public_jwk: Mapping[str, Any], now: datetime) -> Enrolment:
    """Return the identity a code stands for. The code is used up; an earlier identity of the device ends."""
    public = _public(public_jwk)
    digest = rules.code_digest(code, secret=settings.SECRET_KEY)
    found = EnrolmentCode.objects.filter(digest=digest, used_at=None, expires_at__gt=now).select_related("device__unit")
    row = found.first()
    if row is None:
        raise refusals.WrongCodeGiven
    office = _Office(now=now)
    taken = take_identity(scopes.system("enrolment"), row.device, code=row, public=public, now=now)
    return office.enrolment(row.device.pk, row.device.unit.path, public, credential=taken, certified=True)


@command("devices.enrol")
def take_identity(scope: Scope, device: Device, /, *, code: EnrolmentCode, public: OKPKey, now: datetime) -> str:
    """Use up a code, make its device an identity and return its credential. Of two at once, one is refused."""
    if EnrolmentCode.objects.filter(pk=code.pk, used_at=None).update(used_at=now) != 1:
        raise refusals.WrongCodeGiven
    credential = rules.new_credential()
    _provision(device.unit, {device.pk: (public, credential)}, now=now)
    note(key=signing.key_id(public))
    notify.tell(notify.Channel.GATE, str(device.pk))
    notify.tell(notify.Channel.STATE)
    emit(events.Enrolled(device_id=device.pk, unit_path=device.unit.path, at=now))
    return credential


@command("devices.enrol")
def provision_fleet(
    scope: Scope, unit: Unit, /, *, device_ids: Sequence[uuid.UUID], now: datetime, certified: bool = False
) -> list[Enrolment]:
    """Give many simulated devices keys made here, and return what each would have been told, in the order asked.

    With `certified` each answer also carries the private key and a certificate, for mutual TLS.
    """
    office = _Office(now=now)
    fresh = {device: (signing.generate(), rules.new_credential()) for device in device_ids}
    paths = _provision(unit, fresh, now=now)
    note(count=len(paths))
    notify.tell(notify.Channel.GATE, notify.EVERYONE)
    notify.tell(notify.Channel.STATE)
    emit(events.FleetEnrolled(unit_path=unit.path, count=len(paths), at=now))
    return [
        office.enrolment(device, paths[device], key, credential=credential, certified=certified, with_private=certified)
        for device, (key, credential) in fresh.items()
    ]


class _Office:
    """What all enrolments of one moment share: read from the disk once."""

    def __init__(self, *, now: datetime) -> None:
        self._now = now
        self._root: dict[str, Any] = dict(keys.root_public().as_dict(private=False))
        self._key_list = keys.key_list().decode()
        self._secret = settings.LOA_DEVICE_SECRET.encode()
        self._authority: certificates.Authority | None = None
        named = settings.LOA_MQTT_TLS_CA
        self._broker_authority = Path(named).read_text() if named else ""

    def enrolment(
        self, device: uuid.UUID, path: str, key: OKPKey, *, credential: str, certified: bool, with_private: bool = False
    ) -> Enrolment:
        if certified and self._authority is None:
            self._authority = certificates.Authority(now=self._now)
        authority = self._authority if certified else None
        shared = envelope.device_key(self._secret, str(device))
        return Enrolment(
            device=str(device),
            area_path=path,
            root_jwk=self._root,
            key_list=self._key_list,
            device_key=base64.urlsafe_b64encode(shared).rstrip(b"=").decode(),
            credential=credential,
            mqtt=_mqtt(),
            media_url=settings.LOA_MEDIA_URL or f"{settings.LOA_PUBLIC_URL}/media",
            certificate=None if authority is None else authority.issue(str(device), key, now=self._now),
            authority=None if authority is None else self._broker_authority or authority.pem,
            private_jwk=dict(key.as_dict(private=True)) if with_private else None,
        )


def _provision(unit: Unit, fresh: Mapping[uuid.UUID, tuple[OKPKey, str]], *, now: datetime) -> dict[uuid.UUID, str]:
    with connection.cursor() as cursor:
        cursor.execute(
            _PROVISION,
            {
                "now": now,
                "ids": list(fresh),
                "keys": [trust.public_jwk(key) for key, _ in fresh.values()],
                "digests": [rules.credential_digest(credential) for _, credential in fresh.values()],
                "path": unit.path,
                "below": f"{unit.path}/%",
            },
        )
        paths: dict[uuid.UUID, str] = dict(cursor.fetchall())
    if len(paths) != len(fresh):
        raise refusals.NotBelow
    return paths


def _public(jwk: Mapping[str, Any]) -> OKPKey:
    try:
        public = OKPKey.import_key({name: jwk[name] for name in ("kty", "crv", "x")})
    except (KeyError, TypeError, ValueError, JoseError) as broken:
        raise refusals.BadKey from broken
    if jwk["crv"] != "Ed25519":
        raise refusals.BadKey
    return public


def _mqtt() -> dict[str, Any]:
    """Return where devices find the broker: the one named, or this host's own listener."""
    if settings.LOA_MQTT_URL:
        parts = urlsplit(settings.LOA_MQTT_URL)
        tls = parts.scheme == "mqtts"
        return {"host": parts.hostname, "port": parts.port or (8883 if tls else 1883), "tls": tls}
    host = urlsplit(settings.LOA_PUBLIC_URL).hostname
    return {"host": host, "port": settings.LOA_MQTT_PORT, "tls": bool(settings.LOA_MQTT_TLS_CERT)}
