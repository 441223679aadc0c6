"""Whether a file may pass: what the operator asked for, applied to what the scanner said."""

import logging
from enum import StrEnum
from pathlib import Path

from django.conf import settings

from loa.media import ports, refusals
from loa.media.clamav import ClamAV
from loa.media.ports import Finding, Scanner, ScannerFailed, ScannerGaveUp

logger = logging.getLogger(__name__)


class Demand(StrEnum):
    """What `LOA_SCAN` may say."""

    REQUIRED = "required"
    IF_AVAILABLE = "if-available"
    OFF = "off"


def demand() -> Demand:
    """Return what the operator asked for; a word we do not know asks for the most."""
    try:
        return Demand(settings.LOA_SCAN)
    except ValueError:
        return Demand.REQUIRED


def scanner() -> Scanner | None:
    """Return who searches; None when nobody was named or nothing is to be searched."""
    if demand() is Demand.OFF:
        return None
    if (make := ports.given()) is not None:
        return make()
    return ClamAV(settings.LOA_CLAMAV) if settings.LOA_CLAMAV else None


def engine() -> str | None:
    """Return the scanner's version with its signatures; None when nobody answers."""
    who = scanner()
    try:
        return who.engine() if who is not None else None
    except ScannerFailed:
        logger.warning("scanner does not answer")
        return None


def search(file: Path) -> Finding | None:
    """Return what was found in a file; None when nobody searched, which the operator allows.

    Raises `ScannerAway` when a search is required and nobody answers, `ScanIncomplete` when the scanner gave up. Takes
    seconds for a large file.
    """
    who = scanner()
    try:
        if who is not None:
            return who.search(file)
    except ScannerGaveUp as gave_up:
        logger.warning("scanner gave up", extra={"answer": str(gave_up)[:200]})
        raise refusals.ScanIncomplete from gave_up
    except ScannerFailed as failed:
        logger.warning("scanner failed", extra={"reason": str(failed)[:200]})
        if demand() is Demand.REQUIRED:
            raise refusals.ScannerAway from failed
        return None
    if demand() is Demand.REQUIRED:
        raise refusals.ScannerAway
    return None


def demand_clean(file: Path) -> Finding | None:
    """Search a file that is to be taken in. Raises `Infected` besides what `search` raises."""
    finding = search(file)
    if finding is not None and finding.name:
        raise refusals.Infected(found=finding.name)
    return finding
