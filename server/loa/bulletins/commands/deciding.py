"""Approving, step by step, and sending back."""

from collections.abc import Sequence
from datetime import datetime

from django.conf import settings
from django.utils.translation import gettext as _

from loa.bulletins import events, holding, marking, rendering, rules, stepping
from loa.bulletins.models import Bulletin, Decision, Revision, Step
from loa.bulletins.refusals import (
    AlreadyDecided,
    DecidedBefore,
    NoteNeeded,
    NoteTooLong,
    NotHeard,
    OwnReasonNeeded,
    OwnWork,
    PersonNeeded,
    RevisionChanged,
)
from loa.kernel.command import command, emit, note
from loa.kernel.errors import NotFound, WrongState
from loa.kernel.scope import ActorKind, Scope
from loa.media import queries as media


@command("bulletins.approve")
def approve(
    scope: Scope,
    bulletin: Bulletin,
    /,
    *,
    number: int,
    hearing: rules.Hearing,
    step: int = 1,
    own_reason: str = "",
    now: datetime,
) -> Revision:
    """Approve the words the person saw and heard, at the step they saw; with the last step they stand approved.

    Where and when are decided in `schedules`, which calls this: it airs nothing. `RevisionChanged` when a newer wording
    exists, `AlreadyDecided` when somebody was faster, `OwnWork` for the author, unless the flow and the deployment let
    one person do both and `own_reason` says why; `DecidedBefore`, `NotYourStep`, `NotHeard`.
    """
    held, current = _waiting(scope, bulletin, number=number)
    waiting = _step(current, step)
    reason = _own_reason(scope, held, current, waiting, own_reason)
    decision = _decision(scope, bulletin, waiting, verdict=rules.Verdict.APPROVED, now=now)
    _heard(decision, current, hearing, now=now)
    decision.own_reason = reason
    decision.save(force_insert=True)
    following = stepping.go_on(bulletin, current, now=now)
    note(number=number, step=step, heard=decision.heard_way, heard_pct=decision.heard_pct)
    if following is not None:
        emit(
            events.StepApproved(
                bulletin_id=bulletin.pk, revision_id=current.pk, unit_path=bulletin.scope_path, step=step, at=now
            )
        )
        return current
    _settle(scope, bulletin, held, current, state=rules.RevisionState.APPROVED, words="", now=now)
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
def send_back(
    scope: Scope,
    bulletin: Bulletin,
    /,
    *,
    number: int,
    note: str,
    marks: Sequence[rules.Passage] = (),
    step: int = 1,
    now: datetime,
) -> Revision:
    """Return the revision the person saw to its author with a note, or with notes to passages of it, or both.

    Refusals as for `approve`, but nobody needs to hear what they send back; `NoteNeeded` when nothing is said,
    `PassageUnknown` for a passage that is not in the text.
    """
    words = rules.body(note)
    if not words and not marks:
        raise NoteNeeded
    if len(words) > rules.NOTE_LONGEST:
        raise NoteTooLong(longest=rules.NOTE_LONGEST)
    held, current = _waiting(scope, bulletin, number=number)
    if _is_own(scope, held, current):
        raise OwnWork
    waiting = _step(current, step)
    _decision(scope, bulletin, waiting, verdict=rules.Verdict.RETURNED, now=now).save(force_insert=True)
    marking.keep(scope, current, marks, now=now)
    told = words or _("See the marked passages.")
    _settle(scope, bulletin, held, current, state=rules.RevisionState.RETURNED, words=told, now=now)
    emit(events.Returned(bulletin_id=bulletin.pk, revision_id=current.pk, unit_path=bulletin.scope_path, at=now))
    return current


def _waiting(scope: Scope, bulletin: Bulletin, *, number: int) -> tuple[Bulletin, Revision]:
    """Return the bulletin, held, and the wording the person saw, which waits for a decision of a person."""
    if scope.actor.kind is not ActorKind.PERSON or not scope.actor.id.isdecimal():
        raise PersonNeeded
    held = holding.hold(bulletin)
    current = holding.current(held)
    if current.number != number:
        raise RevisionChanged
    if held.state != rules.State.SUBMITTED:
        raise WrongState if held.state == rules.State.DRAFT else AlreadyDecided
    return held, current


def _step(current: Revision, position: int) -> Step:
    """Return the step that waits; `AlreadyDecided` when it is not the one the person saw."""
    step = stepping.present(current)
    if step.position != position:
        raise AlreadyDecided
    return step


def _is_own(scope: Scope, held: Bulletin, current: Revision) -> bool:
    return scope.actor.id in {str(held.author_id), current.written_by}


def _own_reason(scope: Scope, held: Bulletin, current: Revision, step: Step, given: str) -> str:
    """Return why somebody approves their own words, empty for another's; `OwnWork`, `OwnReasonNeeded`."""
    if not _is_own(scope, held, current):
        return ""
    if not (step.is_own_allowed and settings.LOA_TWO_DUTIES):
        raise OwnWork
    reason = rules.line(given)[: rules.OWN_REASON_LONGEST]
    if not reason:
        raise OwnReasonNeeded
    return reason


def _decision(scope: Scope, bulletin: Bulletin, step: Step, *, verdict: rules.Verdict, now: datetime) -> Decision:
    """Return what is to be kept of a decision; `DecidedBefore`, `NotYourStep`."""
    decider = int(scope.actor.id)
    earlier = Decision.objects.unscoped("the command checked the right").filter(revision_id=step.revision_id)
    if earlier.filter(decided_by_id=decider).exists():
        raise DecidedBefore
    lender = stepping.lender(scope, step, bulletin, at=now)
    return Decision(
        revision_id=step.revision_id,
        step=step,
        verdict=verdict,
        decided_by_id=decider,
        stands_in_for_id=int(lender) if lender else None,
        decided_at=now,
        heard_pct=0,
    )


def _heard(decision: Decision, current: Revision, hearing: rules.Hearing, *, now: datetime) -> None:
    """Keep how it was heard with the decision; `NotHeard`."""
    clip = media.facts([current.clip_id]).get(current.clip_id) if current.clip_id is not None else None
    if clip is None:
        raise NotFound
    pct = rules.heard_pct(hearing, duration_ms=clip.duration_ms, now=now)
    if not rules.has_heard(hearing, duration_ms=clip.duration_ms, now=now):
        raise NotHeard(pct=pct)
    decision.heard_way, decision.heard_pct = hearing.way, min(pct, 100)


def _settle(
    scope: Scope,
    bulletin: Bulletin,
    held: Bulletin,
    current: Revision,
    *,
    state: rules.RevisionState,
    words: str,
    now: datetime,
) -> None:
    current.state, current.decided_at, current.decided_by_id, current.note = state, now, int(scope.actor.id), words
    current.save(update_fields=["state", "decided_at", "decided_by", "note"])
    holding.move(bulletin, held, state=rules.State(state.value), current=current, title=held.title, now=now)
    note(number=current.number, revision=current.pk)


def _content_sha256(revision: Revision) -> str:
    """Return what the record keeps of the approved words, sound and facts: a later look can tell if they still are."""
    clip = media.facts([revision.clip_id])[revision.clip_id] if revision.clip_id is not None else None
    return rules.content_sha256(
        title=revision.title,
        text=revision.text,
        clip_sha256=clip.sha256 if clip else "",
        facts=revision.told() if revision.recipe >= rules.RECIPE else None,
    )
