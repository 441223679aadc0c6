"""Compares every approved revision with the digest its approval left in the record."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import groupby
from uuid import UUID

from loa.audit.models import Entry
from loa.bulletins import rules
from loa.bulletins.models import Rendition, Revision
from loa.bulletins.rules.sealing import renditions_sha256
from loa.media.models import Clip


@dataclass(slots=True)
class Compared:
    """Revisions by what was found: `unproved` were approved before digests were noted, `unheard_of` by nobody."""

    same: int = 0
    unproved: int = 0
    differing: list[str] = field(default_factory=list)
    unheard_of: list[str] = field(default_factory=list)
    gone: list[str] = field(default_factory=list)

    @property
    def is_well(self) -> bool:
        """Tell whether nothing contradicts the record."""
        return not (self.differing or self.unheard_of or self.gone)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Noted:
    """What the record keeps of an approval; None for what was approved before it was noted.

    The recipe is the record's, not the revision's: an exchanged row cannot choose to be compared by less.
    """

    content_sha256: str | None
    renditions_sha256: str | None
    recipe: int


def compare() -> Compared:
    """Recompute the digest of every approved revision over all that its approval covered."""
    recorded, found = _recorded(), Compared()
    approved = Revision.objects.unscoped("the check of the whole box").filter(state=rules.RevisionState.APPROVED)
    sounds: Mapping[UUID, str] = dict(Clip.objects.unscoped("the check of the whole box").values_list("pk", "sha256"))
    channels, nothing = _renditions(), renditions_sha256([])
    for one in approved.select_related("paper").order_by("pk").iterator():
        name = str(one.pk)
        if name not in recorded:
            found.unheard_of.append(name)
            continue
        noted = recorded.pop(name)
        digest = rules.content_sha256(
            title=one.title,
            text=one.text,
            clip_sha256=sounds.get(one.clip_id, ""),
            facts=one.told() if noted.recipe >= rules.RECIPE else None,
        )
        said = noted.renditions_sha256 in {None, channels.get(one.pk, nothing)}
        if noted.content_sha256 is None:
            found.unproved += 1
        elif noted.content_sha256 == digest and said:
            found.same += 1
        else:
            found.differing.append(name)
    found.gone = sorted(recorded)
    return found


def _renditions() -> dict[UUID, str]:
    """Return the digest of what each approved revision says on its channels, by revision."""
    kept = Rendition.objects.unscoped("the check of the whole box").filter(revision__state=rules.RevisionState.APPROVED)
    rows = kept.order_by("revision_id").iterator()
    return {
        revision: renditions_sha256(row.words for row in group)
        for revision, group in groupby(rows, key=lambda row: row.revision_id)
    }


def _recorded() -> dict[str, _Noted]:
    """Return what was noted at each approval, by revision."""
    entries = Entry.objects.filter(action="bulletins.approve", result="done").order_by("pk")
    told = entries.values_list("detail", flat=True).iterator()
    return {
        str(detail["revision"]): _Noted(
            content_sha256=detail.get("content_sha256"),
            renditions_sha256=detail.get("renditions_sha256"),
            recipe=detail.get("content_recipe", 1),
        )
        for detail in told
        if "revision" in detail
    }
