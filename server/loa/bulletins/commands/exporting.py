"""Letting a unit's whole archive leave the program."""

from datetime import datetime

from django.db import IntegrityError, transaction

from loa.bulletins.models import Export
from loa.bulletins.refusals import ExportGone, ExportUnderWay
from loa.kernel.command import command, note
from loa.kernel.errors import WrongState
from loa.kernel.scope import Scope
from loa.kernel.scoped import ScopedQuerySet
from loa.orgs.models import Unit

_WHY = "the command checked the right"


@command("bulletins.export")
def export_archive(_scope: Scope, unit: Unit, /, *, now: datetime) -> None:
    """Put on record that a unit's whole archive is written out."""
    note(unit=unit.code, at=now)


@command("bulletins.export")
def ask_for_export(_scope: Scope, unit: Unit, /, *, asked_by_id: int, now: datetime) -> Export:
    """Ask for a unit's whole archive as a file. `ExportUnderWay` while one of the unit is being written."""
    try:
        with transaction.atomic():
            export: Export = Export.objects.create(unit=unit, asked_by_id=asked_by_id, asked_at=now)
    except IntegrityError as taken:
        raise ExportUnderWay from taken
    note(export=export.pk, unit=unit.code)
    return export


@command("bulletins.export")
def end_export(
    _scope: Scope, export: Export, /, *, sha256: str, size_bytes: int, bulletins: int, now: datetime
) -> None:
    """Say that the file is there. `WrongState` when its fate is decided already."""
    if _open(export).update(ended_at=now, sha256=sha256, size_bytes=size_bytes, bulletins=bulletins) != 1:
        raise WrongState
    note(sha256=sha256, size_bytes=size_bytes, bulletins=bulletins)


@command("bulletins.export")
def fail_export(_scope: Scope, export: Export, /, *, reason: str, now: datetime) -> None:
    """Say why there is no file. `WrongState` when its fate is decided already."""
    if _open(export).update(ended_at=now, reason=reason[:60]) != 1:
        raise WrongState
    note(reason=reason[:60])


@command("bulletins.export")
def fetch_export(_scope: Scope, export: Export, /, *, now: datetime) -> None:
    """Put on record that somebody fetches the file. `ExportGone` when it is not there, or no longer."""
    if not export.is_ready:
        raise ExportGone
    note(sha256=export.sha256, at=now)


@command("bulletins.export")
def remove_export(_scope: Scope, export: Export, /, *, now: datetime) -> None:
    """Say that the file is removed; `WrongState` when there is none."""
    there = Export.objects.unscoped(_WHY).filter(pk=export.pk, removed_at=None).exclude(sha256="")
    if there.update(removed_at=now) != 1:
        raise WrongState


def _open(export: Export) -> ScopedQuerySet[Export]:
    found: ScopedQuerySet[Export] = Export.objects.unscoped(_WHY).filter(pk=export.pk, ended_at=None)
    return found
