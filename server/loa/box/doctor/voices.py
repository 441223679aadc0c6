"""Checks of voices: who can read the key of a provider, and who can put a model where people choose from."""

import json
import stat
from collections.abc import Iterator
from pathlib import Path

from loa.box.doctor.register import Facts, Found, Severity, check
from loa.box.saying import gettext_noop


@check(
    "voice_providers_readable",
    Severity.UNSAFE,
    means=gettext_noop(
        "Other accounts of this machine can speak at the province's cost, or have its texts sent elsewhere."
    ),
    cure=gettext_noop("Close the file: chmod 600."),
    covers=("LOA_VOICE_PROVIDERS_FILE",),
)
def voice_providers_readable(facts: Facts) -> Iterator[Found]:
    """Find the file of providers of voices, or a key it names, open to others or missing."""
    if not facts.settings.LOA_VOICE_PROVIDERS_FILE:
        return
    file = Path(facts.settings.LOA_VOICE_PROVIDERS_FILE)
    for one in (file, *_keys(file)):
        if not one.is_file():
            yield Found(gettext_noop("%(file)s is missing."), {"file": one})
        elif stat.S_IMODE(one.stat().st_mode) & 0o027:
            yield Found(gettext_noop("%(file)s is open to others."), {"file": one})


def _keys(file: Path) -> list[Path]:
    """Return the key files it names; what cannot be read names none, and the page of voices says why."""
    try:
        entries = json.loads(file.read_text(encoding="utf-8"))
        return [file.parent / str(entry["key_file"]) for entry in entries if entry.get("key_file")]
    except (OSError, ValueError, TypeError, AttributeError):
        return []


@check(
    "voice_folder_open",
    Severity.RISKY,
    means=gettext_noop("Other accounts of this machine can put a model there that an administrator takes for a voice."),
    cure=gettext_noop("Let only the operator write there: chmod go-w."),
    covers=("LOA_VOICE_FOLDER",),
)
def voice_folder_open(facts: Facts) -> Iterator[Found]:
    """Find the folder of voices open for writing to others, or missing."""
    if not facts.settings.LOA_VOICE_FOLDER:
        return
    folder = Path(facts.settings.LOA_VOICE_FOLDER)
    if not folder.is_dir():
        yield Found(gettext_noop("%(file)s is missing."), {"file": folder})
    elif stat.S_IMODE(folder.stat().st_mode) & 0o022:
        yield Found(gettext_noop("%(file)s can be written by others."), {"file": folder})
