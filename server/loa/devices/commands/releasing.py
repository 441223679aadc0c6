"""Software for devices: taken in by one person, confirmed by another."""

import io
import zipfile
from datetime import UTC, datetime
from pathlib import Path

from django.db import IntegrityError, transaction

from loa.devices import keys, release_refusals
from loa.devices.models import Release
from loa.kernel.command import command, note
from loa.kernel.scope import Scope
from loa.media import store
from loa.orgs.models import Unit
from loa_protocol import canonical, release
from loa_protocol.keys import KeyRing
from loa_protocol.refusal import Refused
from loa_protocol.signing import Purpose

_WHY = "the command checked the right"


@command("devices.update", needs_fresh=True)
def take_in(scope: Scope, unit: Unit, /, *, statement: bytes, package: Path, now: datetime) -> Release:
    """Take in a release that a key for releases signed, for a unit and those below. The package's file is taken away.

    Nothing goes out before another person confirms it. Raises `BadRelease`, `AlreadyTakenIn`, and what the store does.
    """
    token = statement.strip()
    found = _verified(token, package, now=now)
    digest = canonical.sha256(token)
    if Release.objects.unscoped(_WHY).filter(statement=digest).exists():
        raise release_refusals.AlreadyTakenIn
    store.adopt(package, most_bytes=release.PACKAGE_MAX_BYTES)
    store.put(token)
    try:
        with transaction.atomic():
            row: Release = Release.objects.create(
                unit=unit,
                version=found.version,
                sha256=found.sha256,
                size_bytes=found.size_bytes,
                floor=found.floor,
                statement=digest,
                made_at=datetime.fromtimestamp(found.iat, UTC),
                expires_at=datetime.fromtimestamp(found.exp, UTC),
                taken_at=now,
                taken_by=_name(scope),
            )
    except IntegrityError as twice:
        raise release_refusals.AlreadyTakenIn from twice
    note(release=str(row.pk), version=row.version, package=row.sha256, statement=digest)
    return row


@command("devices.update", needs_fresh=True)
def confirm(scope: Scope, target: Release, /, *, now: datetime) -> Release:
    """Confirm that a release may go out. Raises `SamePerson` to whoever took it in, `AlreadyConfirmed`, `TooOld`."""
    if target.expires_at <= now:
        raise release_refusals.TooOld
    if target.taken_by == _name(scope):
        raise release_refusals.SamePerson
    open_one = Release.objects.unscoped(_WHY).filter(pk=target.pk, confirmed_at=None)
    if open_one.update(confirmed_at=now, confirmed_by=_name(scope)) != 1:
        raise release_refusals.AlreadyConfirmed
    target.confirmed_at, target.confirmed_by = now, _name(scope)
    note(release=str(target.pk), version=target.version, statement=target.statement)
    return target


def _verified(token: bytes, package: Path, *, now: datetime) -> release.Release:
    """Return what a statement says of a package, as a device would have it."""
    ring = KeyRing(root=keys.root_public())
    try:
        ring.learn(keys.key_list())
        found = release.Release.read(ring.open(token, Purpose.RELEASE, now))
    except Refused as refused:
        raise release_refusals.BadRelease(problem=refused.reason.value) from refused
    if package.stat().st_size != found.size_bytes or canonical.sha256(package.read_bytes()) != found.sha256:
        raise release_refusals.BadRelease(problem="digest_mismatch")
    try:
        with zipfile.ZipFile(io.BytesIO(package.read_bytes())) as archive:
            archive.getinfo("loa_agent/__main__.py")
    except (zipfile.BadZipFile, KeyError, ValueError) as odd:
        raise release_refusals.BadRelease(problem="malformed") from odd
    return found


def _name(scope: Scope) -> str:
    return scope.actor.name or scope.actor.id
