"""Writing archives out in the background, for whoever asked to fetch them for some days."""

import hashlib
import logging
from datetime import datetime, timedelta
from pathlib import Path

from loa.bulletins import commands, exporting, queries
from loa.bulletins.models import Export
from loa.bulletins.refusals import ExportFailed, ExportGone
from loa.kernel import scope as scopes
from loa.kernel.errors import DomainError, WrongState
from loa.kernel.scoped import ScopedQuerySet
from loa.media import store
from loa.orgs import queries as orgs

logger = logging.getLogger(__name__)

KEPT = timedelta(days=7)
"""How long the file lies there to be fetched."""

LATE = timedelta(minutes=15)
"""After this long nobody is at work on it: a worker was killed."""

_SYSTEM = scopes.system("archive")


def path(export: Export) -> Path:
    """Return where the file of an export lies, present or not."""
    return store.closed_folder(store.EXPORTS) / f"{export.pk}.zip"


def make(export: Export, *, now: datetime) -> None:
    """Write the file in the name of who asked; what cannot be is said on record. Takes minutes for a large archive."""
    scope = orgs.scope_for(export.asked_by, now=now)
    file = path(export)
    file.unlink(missing_ok=True)  # of a worker that was killed
    try:
        counted = exporting.write_file(scope, export.unit, file, now=now)
        with file.open("rb") as content:
            sha256 = hashlib.file_digest(content, "sha256").hexdigest()
        commands.end_export(
            scope, export, sha256=sha256, size_bytes=file.stat().st_size, bulletins=counted["bulletins"], now=now
        )
    except WrongState:
        logger.info("export was ended by another worker", extra={"export": str(export.pk)})
    except DomainError as refusal:
        file.unlink(missing_ok=True)
        commands.fail_export(_SYSTEM, export, reason=refusal.code, now=now)
    except OSError:
        logger.exception("archive not written out", extra={"export": str(export.pk)})
        file.unlink(missing_ok=True)
        commands.fail_export(_SYSTEM, export, reason=ExportFailed.code, now=now)


def open_file(export: Export) -> Path:
    """Return the file of an export that is ready. Raises `ExportGone`."""
    file = path(export)
    if not export.is_ready or not file.is_file():
        raise ExportGone
    return file


def left_behind(*, now: datetime) -> ScopedQuerySet[Export]:
    """Return what was asked for and nobody is at work on."""
    return queries.exports(_SYSTEM).filter(ended_at=None, asked_at__lt=now - LATE)


def remove_old(*, now: datetime) -> int:
    """Remove the files that lay there long enough; return how many."""
    old = queries.exports(_SYSTEM).filter(removed_at=None, ended_at__lt=now - KEPT).exclude(sha256="")
    for export in old:
        path(export).unlink(missing_ok=True)
        commands.remove_export(_SYSTEM, export, now=now)
    return len(old)
