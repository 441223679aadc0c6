"""Looking at a document once more before it is handed out: its digest, and what the present signatures say."""

import hashlib
import logging
from datetime import datetime
from typing import BinaryIO

from loa.kernel import scope as scopes
from loa.media import commands, refusals, rules, scanning, store
from loa.media.models import Document

logger = logging.getLogger(__name__)


def opened(document: Document) -> BinaryIO:
    """Return the document's file, open and found unchanged. Reads it whole. Raises `Changed`."""
    try:
        file = store.path(document.sha256, shelf=store.DOCUMENTS).open("rb")
    except FileNotFoundError as gone:
        logger.exception("document is gone from the store", extra={"document": document.pk})
        raise refusals.Changed from gone
    if hashlib.file_digest(file, "sha256").hexdigest() != document.sha256:
        file.close()
        logger.error("document is not what was taken in", extra={"document": document.pk})
        raise refusals.Changed
    file.seek(0)
    return file


def release(document: Document, *, now: datetime) -> BinaryIO:
    """Return the file of a document from `queries.documents`, if it may leave; searched again by newer signatures.

    Raises `Changed`, `Quarantined`, `ScanIncomplete` and, when a search is required and nobody answers, `ScannerAway`:
    but a clean verdict holds for a day, so that a scanner that starts anew stops nobody's work.
    """
    file = opened(document)
    try:
        _demand_clean(document, now=now)
    except BaseException:
        file.close()
        raise
    return file


def _demand_clean(document: Document, *, now: datetime) -> None:
    if found := _found(document, now=now):
        raise refusals.Quarantined(found=found)


def _found(document: Document, *, now: datetime) -> str:
    known: str | None = document.found  # type: ignore[attr-defined]  # annotated by the query, as the next ones
    engine = scanning.engine()
    if engine is not None and engine != document.engine:  # type: ignore[attr-defined]  # as above
        finding = scanning.search(store.path(document.sha256, shelf=store.DOCUMENTS))
        if finding is not None:
            commands.judge(scopes.system("download"), document, finding=finding, now=now)
            return finding.name
    if engine is None and scanning.demand() is scanning.Demand.REQUIRED:
        is_fresh = known == "" and document.searched_at > now - rules.VERDICT_HOLDS  # type: ignore[attr-defined]  # as above
        if not (is_fresh or known):
            raise refusals.ScannerAway
    return known or ""
