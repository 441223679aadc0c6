"""Approving and sending back."""

from datetime import datetime

from loa.bulletins import events, holding, rendering, rules
from loa.bulletins.models import Bulletin, Revision
from loa.bulletins.refusals import AlreadyDecided, NoteNeeded, NoteTooLong, OwnWork, PersonNeeded, RevisionChanged
from loa.kernel.command import command, emit, note
from loa.kernel.errors import WrongState
from loa.kernel.scope import ActorKind, Scope
from loa.media import queries as media


@command("bulletins.approve")
def approve(scope: Scope, bulletin: Bulletin, /, *, number: int, now: datetime) -> Revision:
    """Approve the words the person saw. Where and when are decided in `schedules`, which calls this: it airs nothing.

    `RevisionChanged` when a newer one exists, `AlreadyDecided` when somebody was faster, `OwnWork` for the author.
    """
    current = _decide(scope, bulletin, number=number, state=rules.RevisionState.APPROVED, words="", now=now)
    note(
        content_sha256=_content_sha256(current),
        content_recipe=current.recipe,
        renditions_sha256=rendering.digest(current),
    )
    emit(
        events.Approved(
            bulletin_id=bulletin.pk,
            revision_id=current.pk,
            unit_path=bulletin.scope_path,
            approved_by=scope.actor.id,
            at=now,
        )
    )
    return current


@command("bulletins.approve")
def send_back(scope: Scope, bulletin: Bulletin, /, *, number: int, note: str, now: datetime) -> Revision:
    """Return the revision the person saw to its author with a note. Refusals as for `approve`; `NoteNeeded`."""
    words = rules.body(note)
    if not words:
        raise NoteNeeded
    if len(words) > rules.NOTE_LONGEST:
        raise NoteTooLong(longest=rules.NOTE_LONGEST)
    current = _decide(scope, bulletin, number=number, state=rules.RevisionState.RETURNED, words=words, now=now)
    emit(events.Returned(bulletin_id=bulletin.pk, revision_id=current.pk, unit_path=bulletin.scope_path, at=now))
    return current


def _decide(
    scope: Scope, bulletin: Bulletin, *, number: int, state: rules.RevisionState, words: str, now: datetime
) -> Revision:
    if scope.actor.kind is not ActorKind.PERSON or not scope.actor.id.isdecimal():
        raise PersonNeeded
    held = holding.hold(bulletin)
    current = holding.current(held)
    if current.number != number:
        raise RevisionChanged
    if held.state != rules.State.SUBMITTED:
        raise WrongState if held.state == rules.State.DRAFT else AlreadyDecided
    if scope.actor.id in {str(held.author_id), current.written_by}:
        raise OwnWork
    current.state, current.decided_at, current.decided_by_id, current.note = state, now, int(scope.actor.id), words
    current.save(update_fields=["state", "decided_at", "decided_by", "note"])
    holding.move(bulletin, held, state=rules.State(state.value), current=current, title=held.title, now=now)
    note(number=number, revision=current.pk)
    return current


def _content_sha256(revision: Revision) -> str:
    """Return what the record keeps of the approved words, sound and facts: a later look can tell if they still are."""
    clip = media.facts([revision.clip_id])[revision.clip_id] if revision.clip_id is not None else None
    return rules.content_sha256(
        title=revision.title,
        text=revision.text,
        clip_sha256=clip.sha256 if clip else "",
        facts=revision.told() if revision.recipe >= rules.RECIPE else None,
    )
