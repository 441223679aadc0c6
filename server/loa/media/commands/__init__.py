"""Writes of the room."""

from collections.abc import Sequence
from datetime import datetime

from django.db import IntegrityError, transaction

from loa.kernel import text
from loa.kernel.command import command, note
from loa.kernel.errors import DomainError, WrongState
from loa.kernel.scope import ActorKind, Scope
from loa.kernel.scoped import ScopedQuerySet
from loa.media import edits, queries, refusals
from loa.media.commands.home import Home
from loa.media.commands.voices import add_voice as add_voice
from loa.media.commands.voices import prefer_voice as prefer_voice
from loa.media.commands.voices import remove_voice as remove_voice
from loa.media.commands.voices import turn_away_voice as turn_away_voice
from loa.media.edits import Edit
from loa.media.models import Clip, Document, EditOf, Pronunciation, Tune, Verdict
from loa.media.ports import Finding
from loa.media.rules import NAME_LONGEST, TUNE_NAME_LONGEST, PreparedClip, PreparedDocument, TuneUse
from loa.media.speakable import Word
from loa.media.speakable.dictionary import (
    SPOKEN_LONGEST,
    WORDS_MOST,
    WRITTEN_LONGEST,
    is_fit_speech,
    is_fit_writing,
)


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
        speed=prepared.speed,
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
    kept_name = text.line(name)[:TUNE_NAME_LONGEST]
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


@command("media.pronounce")
def pronounce(scope: Scope, unit: Home, *, word: Word, now: datetime) -> Pronunciation:
    """Add a word to a unit's dictionary: read so there and below. Raises refusals of `loa.media.refusals.words`."""
    added = _begun(scope, unit, word, now=now)
    note(word=added.pk, written=added.written, spoken=added.spoken)
    return added


@command("media.pronounce")
def pronounce_otherwise(scope: Scope, entry: Pronunciation, *, word: Word, now: datetime) -> Pronunciation:
    """Read a word otherwise from now on: the entry ends and another begins."""
    _end(entry, now=now)
    added = _begun(scope, entry.unit, word, now=now)
    note(word=added.pk, former=entry.pk, written=added.written, spoken=added.spoken)
    return added


@command("media.pronounce")
def stop_pronouncing(scope: Scope, entry: Pronunciation, *, now: datetime) -> None:
    """Take a word out of a dictionary; texts are read by the units above, or by rule, from now on."""
    _end(entry, now=now)
    note(written=entry.written)


@command("media.pronounce")
def pronounce_all(scope: Scope, unit: Home, *, words: Sequence[Word], now: datetime) -> int:
    """Take in a list: new words are added, changed ones changed, the rest stays. All or nothing; returns how many."""
    running = {entry.written: entry for entry in _running(unit)}
    taken = 0
    for line, told in enumerate(words, start=1):
        known = running.get(told.written)
        if known is not None and (known.spoken, known.is_exact_case) == (told.spoken, told.is_exact_case):
            continue
        try:
            if known is not None:
                _end(known, now=now)
            running[told.written] = _begun(scope, unit, told, now=now)
        except (refusals.UnfitWriting, refusals.UnfitSpeech, refusals.WordKnown) as why:
            raise refusals.UnfitLine(line=line, written=told.written[:WRITTEN_LONGEST], why=str(why)) from why
        taken += 1
    note(taken=taken)
    return taken


def _running(unit: Home) -> ScopedQuerySet[Pronunciation]:
    running: ScopedQuerySet[Pronunciation] = Pronunciation.objects.unscoped("of a unit whose right was checked")
    return running.filter(unit_id=unit.pk, ended_at=None)


def _begun(scope: Scope, unit: Home, word: Word, *, now: datetime) -> Pronunciation:
    if not is_fit_writing(word.written):
        raise refusals.UnfitWriting(longest=WRITTEN_LONGEST)
    if not is_fit_speech(word.spoken):
        raise refusals.UnfitSpeech(longest=SPOKEN_LONGEST)
    if _running(unit).count() >= WORDS_MOST:
        raise refusals.TooManyWords(most=WORDS_MOST)
    try:
        with transaction.atomic():
            added: Pronunciation = Pronunciation.objects.create(
                unit_id=unit.pk,
                written=word.written,
                spoken=word.spoken,
                is_exact_case=word.is_exact_case,
                added_by_id=int(scope.actor.id) if scope.actor.kind is ActorKind.PERSON else None,
                started_at=now,
            )
    except IntegrityError as known:
        if _running(unit).filter(written=word.written).exists():
            raise refusals.WordKnown(written=word.written) from known
        raise
    return added


def _end(entry: Pronunciation, *, now: datetime) -> None:
    there: ScopedQuerySet[Pronunciation] = Pronunciation.objects.unscoped("the entry whose right was checked")
    if there.filter(pk=entry.pk, ended_at=None).update(ended_at=now) != 1:
        raise refusals.WordEnded


def _note_refused(refusal: DomainError, *, name: str, size_bytes: int) -> None:
    facts = {key: str(value)[:200] for key, value in refusal.facts.items()}
    note(refused=refusal.code, name=text.stored(name)[:NAME_LONGEST], size_bytes=size_bytes, **facts)
