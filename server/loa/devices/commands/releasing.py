"""Software for devices: taken in by one person, confirmed by another."""

from datetime import UTC, datetime
from pathlib import Path

from django.db import IntegrityError, transaction

from loa.devices import release_refusals, vetting
from loa.devices.models import Release
from loa.kernel import text
from loa.kernel.command import command, note
from loa.kernel.errors import DomainError
from loa.kernel.scope import Scope
from loa.media import store
from loa.orgs.models import Unit
from loa_protocol import canonical, release

_WHY = "the command checked the right"
_NAME_KEPT = 120


@command("devices.update", needs_fresh=True)
def take_in(scope: Scope, unit: Unit, /, *, statement: bytes, package: Path, now: datetime) -> Release:
    """Take in a release that a key for releases signed, for a unit and those below. The package's file is taken away.

    Nothing goes out before another person confirms it. Raises a `BadRelease`, `AlreadyTakenIn`, or what the store does.
    """
    token = statement.strip()
    found = vetting.verified(token, package, now=now)
    vetting.demand_not_below_floor(found, unit)
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
                taken_by_actor=scope.actor.key,
            )
    except IntegrityError as twice:
        raise release_refusals.AlreadyTakenIn from twice
    note(release=str(row.pk), version=row.version, package=row.sha256, statement=digest)
    return row


@command("devices.update")
def turn_away_release(scope: Scope, unit: Unit, /, *, refusal: DomainError, name: str, size_bytes: int) -> None:
    """Put on record that an uploaded package was not even looked at as software, and why."""
    facts = {key: str(value)[:200] for key, value in refusal.facts.items()}
    note(refused=refusal.code, name=text.stored(name)[:_NAME_KEPT], size_bytes=size_bytes, **facts)


@command("devices.update", needs_fresh=True)
def confirm(scope: Scope, target: Release, /, *, now: datetime) -> Release:
    """Confirm that a release may go out. Raises `SamePerson` to whoever took it in, `AlreadyConfirmed`, `TooOld`."""
    if target.expires_at <= now:
        raise release_refusals.TooOld
    if target.is_taken_by(scope.actor):
        raise release_refusals.SamePerson
    open_one = Release.objects.unscoped(_WHY).filter(pk=target.pk, confirmed_at=None)
    confirmed = {"confirmed_at": now, "confirmed_by": _name(scope), "confirmed_by_actor": scope.actor.key}
    if open_one.update(**confirmed) != 1:
        raise release_refusals.AlreadyConfirmed
    target.refresh_from_db(fields=list(confirmed))
    note(release=str(target.pk), version=target.version, statement=target.statement)
    return target


def _name(scope: Scope) -> str:
    return scope.actor.name or scope.actor.id
