"""Reads the checkpoints, in the database and outside it, and asks the record for what they name."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from loa.audit import checkpoints, evidence, keys, rules
from loa.audit.checkpoints import Signed, Unreadable
from loa.audit.finding import Fault, Finding
from loa.audit.models import Entry
from loa.audit.verifying import chains
from loa.audit.verifying.chains import NAMED_MOST, Chain


@dataclass(slots=True)
class Sealed:
    """What the checkpoints say. `lost` are the entries a restore on record admits to have lost, by chain."""

    count: int = 0
    last_at: str = ""
    exported: bool = False
    former: str = ""
    wanted: dict[Chain, dict[int, str]] = field(default_factory=dict)
    sealed_by: dict[tuple[str, str, int], int] = field(default_factory=dict)
    lost: dict[Chain, list[tuple[int, int, int]]] = field(default_factory=dict)
    only_outside: list[int] = field(default_factory=list)
    restored: list[str] = field(default_factory=list)
    days: evidence.Sealed = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)

    def tell(self, fault: Fault, where: str, which: object, about: str = "") -> None:
        """Note a fault."""
        if len(self.findings) < NAMED_MOST:
            self.findings.append(Finding(fault=fault, where=where, which=str(which), about=about))


def read(*, files: Sequence[Path] | None, key: Path | None) -> Sealed:
    """Read every checkpoint once, check signatures and numbers, and gather the heads they name."""
    sealed = Sealed()
    public = keys.public(key)
    inside = _numbered(checkpoints.stored(), sealed)
    outside = _numbered(checkpoints.exported(files), sealed)
    before: Signed | None = None
    last_inside = last_outside = 0
    for mine, theirs in _side_by_side(inside, outside):
        one = mine or theirs
        assert one is not None  # noqa: S101 - one of the two is there
        last_inside, last_outside = (mine.number if mine else last_inside), (theirs.number if theirs else last_outside)
        if mine is None:
            sealed.only_outside.append(one.number)
        if mine and theirs and mine.body != theirs.body:
            sealed.tell(Fault.CHECKPOINT_DIFFERS, "audit_checkpoint", one.number)
            one = theirs
        _link(sealed, one, before, public)
        _gather(sealed, one)
        before = one
        sealed.count += 1
    if before is not None:
        sealed.last_at = str(before.told["at"])
        _check_signature(sealed, before, public)
    for number in sealed.only_outside:
        if number < last_inside:
            sealed.tell(Fault.CHECKPOINT_MISSING, "audit_checkpoint", number)
    sealed.exported = last_outside > 0
    if last_outside > last_inside:
        at = str(before.told["at"]) if before else ""
        sealed.tell(Fault.DATABASE_OLDER, "audit_checkpoint", last_outside, f"{last_inside} {at}")
    if last_inside and not last_outside:
        sealed.tell(Fault.CHECKPOINT_MISSING, str(checkpoints.folder()), f"1–{last_inside}")
    return sealed


def missing(sealed: Sealed, found: chains.Walked) -> list[Finding]:
    """Return what checkpoints name and the record no longer holds."""
    told: list[Finding] = []
    if sealed.former and sealed.former != found.former and not _is_former_removed(found):
        told.append(Finding(fault=Fault.END_CUT, where=rules.chain_name("", None)))
    for (chain, day), places in sealed.wanted.items():
        if day <= found.removed_through:
            continue
        gone = [
            place for place, digest in places.items()
            if found.at_heads.get((chain, day, place)) != digest
            and not _is_admitted(sealed, (chain, day), place, sealed.sealed_by[chain, day, place])
        ]  # fmt: skip
        if not gone:
            continue
        end, _ = found.heads.get((chain, day), (0, ""))
        cut = [place for place in gone if place > end]
        name = rules.chain_name(chain, day)
        if cut:
            span = f"{end + 1}–{max(cut)}" if max(cut) > end + 1 else str(end + 1)
            number = sealed.sealed_by[chain, day, max(cut)]
            told.append(Finding(fault=Fault.END_CUT, where=name, which=span, about=f"checkpoint {number}"))
        for place in [place for place in gone if place <= end][:1]:
            number = sealed.sealed_by[chain, day, place]
            told.append(Finding(fault=Fault.END_REPLACED, where=name, which=str(place), about=f"checkpoint {number}"))
    return told[:NAMED_MOST]


def lost_now() -> list[tuple[str, str, int, int]]:
    """Return what the checkpoints outside name and the database does not hold: chain, day, first and last position."""
    sealed = read(files=None, key=None)
    lost = []
    for (chain, day), places in sealed.wanted.items():
        held = dict(Entry.objects.filter(chain=chain, day=day).values_list("position", "digest"))
        gone = [place for place, digest in places.items() if held.get(place) != digest]
        if gone:
            lost.append((chain, day, min(gone), max(gone)))
    return lost


def _numbered(found: Iterator[Signed], sealed: Sealed) -> Iterator[Signed]:
    """Yield the checkpoints until one cannot be read."""
    last = 0
    try:
        for one in found:
            if one.number <= last or one.told.get("number") != one.number:
                sealed.tell(Fault.CHECKPOINT_FOREIGN, "audit_checkpoint", one.number, "number")
                continue
            last = one.number
            yield one
    except Unreadable as odd:
        sealed.tell(Fault.EXPORT_UNREADABLE, str(odd), last + 1)


def _side_by_side(inside: Iterator[Signed], outside: Iterator[Signed]) -> Iterator[tuple[Signed | None, Signed | None]]:
    """Yield both by number, with None where one side has it not."""
    mine, theirs = next(inside, None), next(outside, None)
    while mine is not None or theirs is not None:
        if theirs is None or (mine is not None and mine.number < theirs.number):
            yield mine, None
            mine = next(inside, None)
        elif mine is None or theirs.number < mine.number:
            yield None, theirs
            theirs = next(outside, None)
        else:
            yield mine, theirs
            mine, theirs = next(inside, None), next(outside, None)


def _link(sealed: Sealed, one: Signed, before: Signed | None, public: Ed25519PublicKey | None) -> None:
    """Check that a checkpoint follows the one before; where it does, that one's signature is covered by the last."""
    number = before.number if before else 0
    if one.number != number + 1:
        span = f"{number + 1}–{one.number - 1}" if one.number > number + 2 else str(number + 1)
        sealed.tell(Fault.CHECKPOINT_MISSING, "audit_checkpoint", span)
    if before is None:
        return
    if one.told.get("previous") != before.sha256 or one.key_id != before.key_id:
        if one.number == number + 1:
            sealed.tell(Fault.CHECKPOINT_FOREIGN, "audit_checkpoint", one.number, "previous")
        _check_signature(sealed, before, public)


def _check_signature(sealed: Sealed, one: Signed, public: Ed25519PublicKey | None) -> None:
    if public is None or not keys.is_signed(one.body, one.signature, public):
        sealed.tell(Fault.CHECKPOINT_FOREIGN, "audit_checkpoint", one.number, "signature")


def _gather(sealed: Sealed, one: Signed) -> None:
    for chain, day, place, digest in one.heads:
        sealed.wanted.setdefault((chain, day), {})[place] = digest
        sealed.sealed_by[chain, day, place] = one.number
    evidence.gather(sealed.days, one.told, number=one.number)
    sealed.former = str(one.told.get("former") or sealed.former)
    note = one.told.get("restored")
    if isinstance(note, dict):
        sealed.only_outside = [number for number in sealed.only_outside if number <= int(note.get("had", 0))]
        sealed.restored.append(f"{one.told['at']}: {note.get('reason', '')}")
        for chain, day, first, last in note.get("lost", []):
            sealed.lost.setdefault((chain, day), []).append((int(first), int(last), one.number))


def _is_admitted(sealed: Sealed, chain: Chain, place: int, number: int) -> bool:
    """Tell whether a restore after this checkpoint said that the entry was lost."""
    return any(first <= place <= last and number < by for first, last, by in sealed.lost.get(chain, ()))


def _is_former_removed(found: chains.Walked) -> bool:
    return found.former == rules.GENESIS and bool(found.removed_through)
