"""The last entry of the record, noted outside the database under a seal: what shows that its end was cut off.

Whoever may write the state folder can read the seal's key: this holds against the database's password alone.
"""

import hmac
import json
import logging
import os
import tempfile
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path

from django.conf import settings
from django.utils.crypto import salted_hmac

from loa.audit.models import Entry

logger = logging.getLogger(__name__)

NAME = "record_head.json"
_SALT = "loa.box.record_head"


class Finding(StrEnum):
    """How the record stands to the note."""

    HELD = "held"
    UNKNOWN = "unknown"
    FOREIGN = "foreign"
    CUT = "cut"
    REPLACED = "replaced"


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What the note says, and what is found. `number` and `at` are of the note, `last` is the record's last entry."""

    finding: Finding
    number: int = 0
    at: str = ""
    last: int = 0


def file() -> Path:
    """Return where the note lies."""
    return Path(settings.LOA_HOME) / NAME


def look() -> Standing:
    """Compare the record with the note."""
    try:
        told = json.loads(file().read_bytes())
        number, digest, at, seal = int(told["number"]), str(told["digest"]), str(told["at"]), str(told["seal"])
    except FileNotFoundError:
        return Standing(finding=Finding.UNKNOWN)
    except (ValueError, KeyError, TypeError):
        return Standing(finding=Finding.FOREIGN)
    if not hmac.compare_digest(seal, _seal(number, digest, at)):
        return Standing(finding=Finding.FOREIGN)
    last = Entry.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    found = Entry.objects.filter(pk=number).values_list("digest", flat=True).first()
    finding = Finding.HELD if found == digest else Finding.CUT if last < number else Finding.REPLACED
    return Standing(finding=finding, number=number, at=at, last=last)


def keep(now: datetime) -> Standing:
    """Note the record's present end. A note that does not fit stays as it is: it is what shows the cut."""
    standing = look()
    last = Entry.objects.order_by("-pk").values_list("pk", "digest").first()
    if standing.finding not in {Finding.HELD, Finding.UNKNOWN}:
        logger.error("the record's end does not fit its note", extra={"finding": standing.finding.value})
    elif last is not None:
        number, digest = last
        at = now.isoformat(timespec="seconds")
        _write({"number": number, "digest": digest, "at": at, "seal": _seal(number, digest, at)})
    return standing


def _seal(number: int, digest: str, at: str) -> str:
    return salted_hmac(_SALT, f"{number}\n{digest}\n{at}", algorithm="sha256").hexdigest()


def _write(content: dict[str, object]) -> None:
    final = file()
    final.parent.mkdir(parents=True, exist_ok=True)
    handle, half = tempfile.mkstemp(prefix=f".{NAME}.", dir=final.parent)
    with os.fdopen(handle, "w") as draft:
        json.dump(content, draft)
        draft.flush()
        os.fsync(draft.fileno())
    Path(half).replace(final)
