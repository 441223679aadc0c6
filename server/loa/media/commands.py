"""Writes of the room."""

from datetime import datetime
from typing import Any, Protocol  # Any: Django's primary keys

from loa.kernel import text
from loa.kernel.command import Placed, command, note
from loa.kernel.errors import DomainError, WrongState
from loa.kernel.scope import ActorKind, Scope
from loa.media import edits, queries, refusals
from loa.media.edits import Edit
from loa.media.models import Clip, Document, EditOf, Tune, Verdict
from loa.media.ports import Finding
from loa.media.rules import NAME_LONGEST, TUNE_NAME_LONGEST, PreparedClip, PreparedDocument, TuneUse


class Home(Placed, Protocol):
    """A unit, as far as this room needs to know it."""

    @property
    def pk(self) -> Any:  # Any: Django's primary keys
        """The unit's key."""


@command("media.add")
def keep(scope: Scope, unit: Home, *, prepared: PreparedClip) -> Clip:
    """Keep prepared sound for a unit. Its file was stored before, outside the transaction."""
    clip: Clip = Clip.objects.create(
        unit_id=unit.pk,
        sha256=prepared.sha256,
        size_bytes=prepared.size_bytes,
        duration_ms=prepared.duration_ms,
        loudness_lufs=prepared.loudness_lufs,
        true_peak_dbtp=prepared.true_peak_dbtp,
        level_dbfs=prepared.level_dbfs,
        envelope=prepared.envelope,
        voice=prepared.voice,
        source=prepared.source,
    )
    note(clip=clip.pk, sha256=clip.sha256, source=clip.source, duration_ms=clip.duration_ms)
    return clip


@command("media.add")
def keep_edit(scope: Scope, unit: Home, *, prepared: PreparedClip, edit: Edit) -> Clip:
    """Keep rendered sound for a unit, with the list that says which clips it was put together from."""
    clip = keep(scope, unit, prepared=prepared)
    EditOf.objects.create(clip=clip, edit=edits.encode(edit))
    note(parts=len(edit.parts), clips=sorted(edit.clips))
    return clip


@command("media.add")
def add_tune(scope: Scope, unit: Home, *, clip: Clip, name: str, use: TuneUse, now: datetime) -> Tune:
    """Let a unit, and those below it, use a clip again and again. `TuneExists`, `NoTuneName`; `NotFound` unheard."""
    kept_name = " ".join(text.stored(name).split())[:TUNE_NAME_LONGEST]
    if not kept_name:
        raise refusals.NoTuneName
    queries.clip(scope, clip.pk)
    running = Tune.objects.unscoped("the command checked the right").filter(unit_id=unit.pk, use=use, ended_at=None)
    if running.filter(name=kept_name).exists():
        raise refusals.TuneExists(name=kept_name)
    tune: Tune = Tune.objects.create(unit_id=unit.pk, clip=clip, name=kept_name, use=use, added_at=now)
    note(tune=tune.pk, sha256=clip.sha256, use=use)
    return tune


@command("media.add")
def end_tune(scope: Scope, tune: Tune, *, now: datetime) -> Tune:
    """Offer a tune no longer; what was made with it stays. `WrongState` when it ended before."""
    ended = Tune.objects.unscoped("the command checked the right").filter(pk=tune.pk, ended_at=None)
    if ended.update(ended_at=now) != 1:
        raise WrongState
    tune.ended_at = now
    return tune


@command("media.add_document")
def add_document(scope: Scope, unit: Home, *, prepared: PreparedDocument, now: datetime) -> Document:
    """Keep a prepared paper or picture for a unit. Its file was stored before, outside the transaction."""
    document: Document = Document.objects.create(
        unit_id=unit.pk,
        sha256=prepared.sha256,
        size_bytes=prepared.size_bytes,
        kind=prepared.kind.value,
        name=prepared.name,
        added_by_id=int(scope.actor.id) if scope.actor.kind is ActorKind.PERSON else None,
        added_at=now,
    )
    if prepared.engine:
        Verdict.objects.create(document=document, engine=prepared.engine, at=now)
    note(document=document.pk, sha256=prepared.sha256, sent_sha256=prepared.sent_sha256, kind=prepared.kind.value)
    return document


@command("media.add_document")
def turn_away(scope: Scope, unit: Home, *, refusal: DomainError, name: str, size_bytes: int) -> None:
    """Put on record that an uploaded file was not taken, and why."""
    _note_refused(refusal, name=name, size_bytes=size_bytes)


@command("media.add")
def turn_away_sound(scope: Scope, unit: Home, *, refusal: DomainError, name: str, size_bytes: int) -> None:
    """Put on record that an uploaded recording was not taken, and why."""
    _note_refused(refusal, name=name, size_bytes=size_bytes)


@command("media.judge")
def judge(scope: Scope, document: Document, *, finding: Finding, now: datetime) -> Verdict:
    """Keep what a later search said of a document: from now on it is handed out, or not."""
    verdict: Verdict = Verdict.objects.create(document=document, found=finding.name, engine=finding.engine, at=now)
    note(found=finding.name, engine=finding.engine, sha256=document.sha256)
    return verdict


def _note_refused(refusal: DomainError, *, name: str, size_bytes: int) -> None:
    facts = {key: str(value)[:200] for key, value in refusal.facts.items()}
    note(refused=refusal.code, name=text.stored(name)[:NAME_LONGEST], size_bytes=size_bytes, **facts)
