"""The door by which devices of other makers ask: who they are, what they say, what they are told."""

import json
import uuid
from datetime import datetime
from typing import Any  # Any: what makers send and take is open JSON

from django.db import transaction
from django.db.models import Q

from loa.devices import refusals, rules
from loa.devices.drivers import absence, handing, register, taking
from loa.devices.drivers.port import Document
from loa.devices.models import Device, Fetched, WrongCode
from loa.kernel.errors import NotFound
from loa.media import store
from loa_protocol.refusal import Refused

_NOBODY = "0" * 64


def admit(driver: str, secret: str, *, origin: str, now: datetime) -> Device:
    """Return the device that shows its secret, `<device>.<secret>`; guessing is slowed down by its origin.

    Whoever has the secret is let in whatever others guess from there: a whole province of SIMs may share one address,
    and one device with a former secret would keep all of them out. Raises `WrongSecret`, `TooManyGuesses`, and
    `DriverUnconfigured` while secrets would travel in the clear.
    """
    register.ready(driver)
    named, _, shown = secret.partition(".")
    device = _device(driver, named)
    # the same work for a device that does not exist
    if (
        rules.is_credential(shown, digest=_NOBODY if device is None else device.credential_digest)
        and device is not None
    ):
        return device
    lately = WrongCode.objects.filter(origin=origin, at__gt=now - rules.GUESSES_WINDOW)
    if lately.count() >= rules.GUESSES_MOST:
        raise refusals.TooManyGuesses
    with transaction.atomic():
        WrongCode.objects.create(origin=origin, at=now)
    raise refusals.WrongSecret


def ask(device: Device, body: bytes, *, now: datetime) -> Document:
    """Take in what a device says and return what it is told; both or neither.

    Raises `TooSoon`, `TooMuchSaid`, `NotUnderstood`.
    """
    driver = register.ready(device.driver)
    if len(body) > rules.SAID_BYTES_MOST:
        raise refusals.TooMuchSaid
    _demand_patience(device, now=now)
    absence.greet(device)
    try:
        said = driver.read(_document(body))
    except Refused as refused:
        with transaction.atomic():
            taking.refuse(device, refused.reason.value, refused.detail, now=now)
        raise refusals.NotUnderstood(what=refused.detail) from refused
    with transaction.atomic():
        taking.take(device, driver, said, now=now)
    device.refresh_from_db()
    return driver.answer(handing.task(device, now=now))


def demand_file(device: Device, sha256: str, *, now: datetime) -> None:
    """Raise `NotFound` unless a file belongs to the device's plan; note that it was fetched."""
    mine = {clip.sha256 for airing in handing.held(device) for clip in airing.clips}
    if sha256 not in mine or not store.has(sha256):
        raise NotFound
    with transaction.atomic():
        Fetched.objects.bulk_create([Fetched(device=device, sha256=sha256, at=now)], ignore_conflicts=True)


def _device(driver: str, named: str) -> Device | None:
    try:
        pk = uuid.UUID(named)
    except ValueError:
        return None
    rows = Device.objects.unscoped("who asks shows its own secret").select_related("unit")
    found: Device | None = rows.filter(pk=pk, driver=driver, state=rules.State.ENROLLED).first()
    return found


def _demand_patience(device: Device, *, now: datetime) -> None:
    """Let a device ask every two seconds and no oftener: of two at once one waits."""
    rows = Device.objects.unscoped("its secret was checked").filter(pk=device.pk)
    rested = rows.filter(Q(seen_at=None) | Q(seen_at__lte=now - rules.ASK_NOT_BEFORE) | Q(seen_at__gt=now))
    if rested.update(seen_at=now) != 1:
        raise refusals.TooSoon


def _document(body: bytes) -> dict[str, Any]:  # Any: see above
    try:
        told = json.loads(body)
    except (ValueError, RecursionError) as broken:
        raise refusals.NotUnderstood(what="JSON") from broken
    if not isinstance(told, dict):
        raise refusals.NotUnderstood(what="JSON")
    return told
