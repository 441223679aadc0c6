"""Taking over a bulletin of an archive that was written out."""

from collections.abc import Mapping
from datetime import datetime

from loa.bulletins import rendering, rules
from loa.bulletins.commands import archiving
from loa.bulletins.models import Batch, Bulletin, Rendition, Revision, Tape
from loa.bulletins.rules.imports import Item, Wording
from loa.bulletins.rules.renditions import RECIPE
from loa.bulletins.rules.sealing import source_sha256
from loa.kernel.command import command, note
from loa.kernel.scope import Scope
from loa.media import commands as media
from loa.media.models import Clip
from loa.media.rules import PreparedClip, PreparedDocument
from loa.orgs.models import Unit


@command("bulletins.write")
def take_item(
    scope: Scope,
    batch: Batch,
    /,
    *,
    tape: Tape,
    unit: Unit,
    item: Item,
    sounds: Mapping[str, PreparedClip],
    paper: PreparedDocument | None,
    now: datetime,
) -> Bulletin | None:
    """Make an archived bulletin of all wordings of an item; None when the unit took the same one in meanwhile.

    `WrongState` when its fate is decided already. What others decided on it stays with the tape, as they told it.
    """
    held = archiving.hold_tape(tape)
    if archiving.is_known(batch, held):
        return None
    clips = {sha256: media.keep(scope, unit, prepared=sound) for sha256, sound in sounds.items()}
    document = media.add_document(scope, unit, prepared=paper, now=now) if paper is not None else None
    bulletin: Bulletin = Bulletin.objects.create(
        unit=unit,
        title=item.title,
        author_id=batch.author_id,
        state=rules.State.ARCHIVED,
        origin_level=unit.level,
        created_at=item.created_at,
        changed_at=item.changed_at,
    )
    wordings = [_wording(scope, bulletin, one, clips) for one in item.wordings]
    bulletin.current = wordings[-1]
    bulletin.save(update_fields=["current"])
    held.state, held.bulletin, held.document = "taken", bulletin, document
    held.save(update_fields=["state", "bulletin", "document"])
    note(tape=held.pk, sha256=held.sha256, bulletin=bulletin.pk, wordings=len(wordings))
    return bulletin


def _wording(scope: Scope, bulletin: Bulletin, one: Wording, clips: Mapping[str, Clip]) -> Revision:
    """Keep a wording with its renditions. It begins as a draft, as every wording, and then stands."""
    revision = Revision(
        bulletin=bulletin,
        number=one.number,
        title=one.title,
        text=one.text,
        clip_id=clips[one.sound].pk if one.sound else None,
        voice=one.voice,
        written_by=scope.actor.id,
        state=rules.RevisionState.DRAFT,
        created_at=one.created_at,
    )
    revision.facts = one.facts
    revision.save(force_insert=True)
    source = source_sha256(rendering.source_of(revision))
    Rendition.objects.bulk_create(
        Rendition(
            revision=revision,
            form=said.form,
            title=said.title,
            body=said.body,
            source_sha256=source,
            recipe=RECIPE,
            is_edited=said.is_edited,
            written_by=scope.actor.id,
            changed_at=one.created_at,
        )
        for said in one.forms
    )
    revision.state = rules.RevisionState.ARCHIVED
    revision.save(update_fields=["state"])
    return revision
