"""Publishing guidance for units below, reading it, and reporting it done."""

import uuid
from collections.abc import Sequence
from datetime import date, datetime

from django.utils import timezone

from loa.bulletins import refusals, rules
from loa.bulletins.models import Addressee, Guidance, Reading
from loa.kernel.command import command, note
from loa.kernel.errors import NotFound
from loa.kernel.scope import ActorKind, Scope, is_within
from loa.media import queries as media
from loa.orgs.models import Unit


@command("bulletins.guide")
def publish_guidance(
    scope: Scope,
    unit: Unit,
    /,
    *,
    title: str,
    text: str,
    units: Sequence[Unit],
    due_on: date | None = None,
    document_id: uuid.UUID | None = None,
    now: datetime,
) -> Guidance:
    """Publish what units below are to know or do, until the end of a day if one is given, with a paper if there is one.

    Raises `GuidanceUnfit`, `TitleTooLong`, `TextTooLong`, `NobodyBelow`, `TooManyUnits`, `DueOver`; `NotFound` for a
    paper unseen or of another unit.
    """
    words, body = rules.line(title), rules.body(text)
    if not words or not body:
        raise refusals.GuidanceUnfit
    refusals.check_words(words, body)
    chosen = list({one.pk: one for one in units if one.pk != unit.pk and is_within(one.path, unit.path)}.values())
    if not chosen:
        raise refusals.NobodyBelow
    if len(chosen) > rules.UNITS_MOST:
        raise refusals.TooManyUnits(most=rules.UNITS_MOST)
    if due_on is not None and due_on < timezone.localdate(now, rules.ZONE):
        raise refusals.DueOver
    if document_id is not None and media.document(scope, document_id).unit_id != unit.pk:
        raise NotFound
    made = Guidance(
        unit=unit, title=words, text=body, document_id=document_id, due_on=due_on, published_by_id=_person(scope),
        published_at=now,
    )  # fmt: skip
    made.save(force_insert=True)
    Addressee.objects.bulk_create(Addressee(guidance=made, unit=one, sent_to=one) for one in chosen)
    note(guidance=made.pk, units=len(chosen), due_on=due_on)
    return made


@command("bulletins.view")
def read_guidance(scope: Scope, addressee: Addressee, /, *, now: datetime) -> None:
    """Note that a person at the unit has opened guidance; the first time counts, each person on their own."""
    Reading.objects.get_or_create(addressee_id=addressee.pk, person_id=_person(scope), defaults={"read_at": now})


@command("bulletins.write")
def report_done(scope: Scope, addressee: Addressee, /, *, words: str, now: datetime) -> Addressee:
    """Report that a unit has done what guidance asks. `DoneNoteNeeded`, `NoteTooLong`, `DoneAlready`, `GuidanceEnded`.

    Who reports has read it.
    """
    told = _kept(words)
    if not told:
        raise refusals.DoneNoteNeeded
    kept = Addressee.objects.unscoped("the command checked the right").select_for_update(of=("self",))
    held: Addressee = kept.select_related("unit", "guidance").get(pk=addressee.pk)
    if held.done_at is not None:
        raise refusals.DoneAlready
    if held.guidance.ended_at is not None:
        raise refusals.GuidanceEnded
    person = _person(scope)
    Reading.objects.get_or_create(addressee_id=held.pk, person_id=person, defaults={"read_at": now})
    held.done_at, held.done_by_id, held.note = now, person, told
    held.save(update_fields=["done_at", "done_by", "note"])
    return held


@command("bulletins.guide")
def remind_of_guidance(_scope: Scope, guidance: Guidance, /, *, now: datetime) -> Guidance:
    """Put guidance on top again where nobody has done it, or read it where it is not due. `GuidanceEnded`."""
    held = _hold(guidance)
    held.reminded_at = now
    held.save(update_fields=["reminded_at"])
    return held


@command("bulletins.guide")
def end_guidance(scope: Scope, guidance: Guidance, /, *, reason: str, now: datetime) -> Guidance:
    """Ask for it no more; what was read and done stays. `EndReasonNeeded`, `GuidanceEnded`."""
    told = _kept(reason)
    if not told:
        raise refusals.EndReasonNeeded
    held = _hold(guidance)
    held.ended_at, held.ended_by_id, held.reason = now, _person(scope), told
    held.save(update_fields=["ended_at", "ended_by", "reason"])
    return held


def _hold(guidance: Guidance) -> Guidance:
    kept = Guidance.objects.unscoped("the command checked the right").select_for_update(of=("self",))
    held: Guidance = kept.select_related("unit").get(pk=guidance.pk)
    if held.ended_at is not None:
        raise refusals.GuidanceEnded
    return held


def _kept(words: str) -> str:
    kept = rules.body(words)
    if len(kept) > rules.NOTE_LONGEST:
        raise refusals.NoteTooLong(longest=rules.NOTE_LONGEST)
    return kept


def _person(scope: Scope) -> int:
    if scope.actor.kind is not ActorKind.PERSON or not scope.actor.id.isdecimal():
        raise refusals.PersonNeeded
    return int(scope.actor.id)
