"""Checks that what is kept is what was kept: record, approvals and media; and what devices claim for its sense."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from loa.audit import commands as audit
from loa.audit import settling
from loa.box import approvals, record, rights
from loa.box.saying import step, translated
from loa.dispatch import suspicions
from loa.dispatch.plausibility import Oddity
from loa.kernel import clock
from loa.kernel import scope as scopes
from loa.media import store

_CLAIMS: Mapping[str, str] = {
    suspicions.FOREIGN: translated("plays on devices the airing was not meant for"),
    suspicions.TWICE: translated("airings played twice on one device"),
    Oddity.UNTIMED: translated("plays without a time"),
    Oddity.OUT_OF_TIME: translated("plays outside the airing's time"),
    Oddity.FORETOLD: translated("plays told before they could be over"),
    Oddity.UNNAMED: translated("plays of an unnamed clip"),
    Oddity.OTHER_CLIP: translated("plays of another clip than the airing's"),
    Oddity.BACKWARDS: translated("plays that end before they begin"),
    Oddity.TOO_SHORT: translated("whole plays much shorter than the clip"),
    Oddity.TOO_LONG: translated("plays much longer than the clip"),
    Oddity.AFTER_MISSED: translated("plays told after the device had said it missed them"),
}


def run(*, files: Sequence[Path] | None = None, key: Path | None = None) -> bool:
    """Check everything and say each result; True when our own records are whole.

    `files` are checkpoints that were kept elsewhere, `key` the public key that signed them.
    What devices claim is said and changes nothing in the answer: one hostile device must not hide a fault of ours.
    """
    rights.tell_excess()
    well = all([record.tell(files=files, key=key), _approvals(), _media()])
    _claims()
    return well


def explain(reason: str) -> None:
    """Put on record why rows were changed outside every command until now."""
    settling.settle(now=clock.now())
    through = audit.explain(scopes.system("operator"), audit.WHOLE, reason=reason)
    step("Explained on record: everything outside commands until change %(number)s", number=through)


def _approvals() -> bool:
    found = approvals.compare()
    for revision in found.differing:
        step("Revision %(revision)s is not what was approved", revision=revision)
    for revision in found.unheard_of:
        step("Revision %(revision)s stands as approved, but the record knows of no approval", revision=revision)
    for revision in found.gone:
        step("Revision %(revision)s was approved, but no longer stands as approved", revision=revision)
    step("%(count)s approved revisions are what was approved", count=found.same)
    if found.unproved:
        step("%(count)s revisions were approved before the record kept digests: not provable", count=found.unproved)
    return found.is_well


def _media() -> bool:
    checked = list(store.verify())
    bad = [one for one in checked if one.fault]
    for one in bad:
        step("The file %(name)s is not what its name says (%(fault)s)", name=one.sha256, fault=one.fault)
    if not bad:
        step("%(count)s media files fit their digests", count=len(checked))
    return not bad


def _claims() -> None:
    doubtful = suspicions.found()
    for one in doubtful:
        step("Doubtful: %(count)s %(what)s, from %(devices)s devices; first device %(device)s, airing %(airing)s",
             count=one.claims, what=_CLAIMS[one.oddity], devices=one.devices, device=one.first_device,
             airing=one.first_airing)  # fmt: skip
    if doubtful:
        step("These are claims of devices and no fault of the records; none adds to what counts as heard")
    else:
        step("The evidence makes sense")
