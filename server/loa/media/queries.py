"""Reads of the room."""

from collections.abc import Iterable, Mapping
from uuid import UUID

from django.db.models import OuterRef, Q, Subquery

from loa.kernel.command import Placed
from loa.kernel.errors import NotFound
from loa.kernel.scope import Scope
from loa.kernel.scoped import ScopedQuerySet
from loa.media import edits, ports
from loa.media.edits import Edit
from loa.media.models import AddedVoice, Clip, Document, EditOf, Pronunciation, Tune, UsualVoice, Verdict
from loa.media.rules import ClipFacts, VerdictState
from loa.media.speakable import Lexicon, Word
from loa.media.streams.addresses import named_hosts as named_hosts  # noqa: PLC0414 - others enter by this door
from loa.orgs.rules import ancestor_paths


def visible(scope: Scope) -> ScopedQuerySet[Clip]:
    """Return the clips this scope may hear, newest first."""
    clips: ScopedQuerySet[Clip] = Clip.objects.within(scope, "media.view").order_by("-pk")
    return clips


def clip(scope: Scope, id: UUID) -> Clip:  # noqa: A002 - the name other rooms use
    """Return one clip. Raises `NotFound`."""
    found = visible(scope).filter(pk=id).first()
    if found is None:
        raise NotFound
    return found


def edit_of(clip: Clip) -> Edit | None:
    """Return the edit list of a clip already in scope; None when it was recorded or spoken as it is."""
    found = EditOf.objects.unscoped("of a clip already in scope").filter(pk=clip.pk).first()
    return edits.decode(found.edit) if found is not None else None


def tunes(scope: Scope) -> ScopedQuerySet[Tune]:
    """Return the running tunes of the units in scope, by name."""
    kept: ScopedQuerySet[Tune] = Tune.objects.within(scope, "media.view")
    return kept.filter(ended_at=None).select_related("unit", "clip").order_by("use", "name", "pk")


def tunes_for(unit_path: str) -> ScopedQuerySet[Tune]:
    """Return the running tunes that a unit already in scope may use: its own, and those of the units above it."""
    kept: ScopedQuerySet[Tune] = Tune.objects.unscoped("units lend their tunes to those below")
    lent = kept.filter(ended_at=None, unit__path__in=ancestor_paths(unit_path))
    return lent.select_related("unit", "clip").order_by("use", "name", "pk")


def facts(ids: Iterable[UUID]) -> Mapping[UUID, ClipFacts]:
    """Return what other rooms need of these clips; the caller has checked that they may be shown."""
    clips = Clip.objects.unscoped("facts for rooms above, which hold the right to the clip").filter(pk__in=list(ids))
    return {
        clip.pk: ClipFacts(
            id=clip.pk,
            sha256=clip.sha256,
            size_bytes=clip.size_bytes,
            duration_ms=clip.duration_ms,
            level_dbfs=clip.level_dbfs,
            envelope=clip.envelope,
            voice=clip.voice,
            source=clip.source,
            speed=clip.speed,
        )
        for clip in clips
    }


def documents(scope: Scope) -> ScopedQuerySet[Document]:
    """Return the documents this scope may read, newest first, each with what the latest search said.

    `found` is None when nobody searched and empty when nothing was found; `engine` and `searched_at` go with it.
    """
    return _judged(Document.objects.within(scope, "media.view_document"))


def document(scope: Scope, document_id: UUID) -> Document:
    """Return one document as `documents` does. Raises `NotFound`."""
    return _one(documents(scope).filter(pk=document_id))


def readable_document(scope: Scope, document_id: UUID) -> Document:
    """Return a document of the scope, or one that another unit sent to it together with something. `NotFound`."""
    if scope.holds("media.view_document") and ports.is_sent_along(scope, document_id):
        every = Document.objects.unscoped("its unit sent it to the person's own")
        return _one(_judged(every.filter(pk=document_id)))
    return document(scope, document_id)


def document_by_sha256(scope: Scope, sha256: str) -> Document:
    """Return the document with this digest, the newest where several units have it. Raises `NotFound`."""
    return _one(documents(scope).filter(sha256=sha256))


def searched_by_other_than(engine: str, *, limit: int) -> list[Document]:
    """Return documents whose latest search had other signatures than these, or that were never searched."""
    everything = _judged(Document.objects.unscoped("every document is searched again when signatures are newer"))
    others = everything.filter(Q(engine=None) | ~Q(engine=engine))
    return list(others.order_by("added_at", "pk")[:limit])


def verdict_of(document: Document) -> VerdictState:
    """Return how a document from `documents` stands."""
    found: str | None = document.found  # type: ignore[attr-defined]  # annotated there
    if found is None:
        return VerdictState.UNSEARCHED
    return VerdictState.QUARANTINED if found else VerdictState.CLEAN


def pronunciations(scope: Scope) -> ScopedQuerySet[Pronunciation]:
    """Return the running entries of the dictionaries this scope keeps, by unit and word."""
    entries: ScopedQuerySet[Pronunciation] = Pronunciation.objects.within(scope, "media.pronounce")
    return entries.filter(ended_at=None).select_related("unit", "added_by").order_by("unit__path", "written", "pk")


def pronunciation(scope: Scope, entry_id: UUID) -> Pronunciation:
    """Return one running entry. Raises `NotFound`."""
    found = pronunciations(scope).filter(pk=entry_id).first()
    if found is None:
        raise NotFound
    return found


def heard_at(unit: Placed) -> list[Pronunciation]:
    """Return the running entries that hold at a unit, its own first, then those of the units above it in order."""
    entries: ScopedQuerySet[Pronunciation] = Pronunciation.objects.unscoped("a unit reads words as those above it do")
    found = entries.filter(unit__path__in=ancestor_paths(unit.scope_path), ended_at=None).select_related(
        "unit", "added_by"
    )
    return list(found.order_by("-unit__path", "written", "pk"))


def lexicon_of(unit: Placed) -> Lexicon:
    """Return the words a unit's texts are read with: its own before those of the units above."""
    return Lexicon(
        Word(written=entry.written, spoken=entry.spoken, is_exact_case=entry.is_exact_case) for entry in heard_at(unit)
    )


def added_voices(scope: Scope) -> ScopedQuerySet[AddedVoice]:
    """Return the voices this scope may remove, by name."""
    found: ScopedQuerySet[AddedVoice] = AddedVoice.objects.within(scope, "media.administer").select_related("unit")
    return found.order_by("label", "pk")


def added_voice(scope: Scope, voice_id: UUID) -> AddedVoice:
    """Return one added voice of a unit for which this scope chooses voices. Raises `NotFound`."""
    voices: ScopedQuerySet[AddedVoice] = AddedVoice.objects.within(scope, "media.choose_voice").select_related("unit")
    found = voices.filter(pk=voice_id).first()
    if found is None:
        raise NotFound
    return found


def usual_voice(path: str) -> UsualVoice | None:
    """Return what the unit at this path usually reads with: its own choice, else that of the nearest unit above."""
    above = UsualVoice.objects.unscoped("a unit follows those above it").filter(unit__path__in=ancestor_paths(path))
    return max(above.select_related("unit"), key=lambda one: len(one.unit.path), default=None)


def _judged(found: ScopedQuerySet[Document]) -> ScopedQuerySet[Document]:
    latest = Verdict.objects.unscoped("follows the document, whose scope holds").filter(document=OuterRef("pk"))
    latest = latest.order_by("-pk")
    judged: ScopedQuerySet[Document] = found.select_related("unit", "added_by").annotate(
        found=Subquery(latest.values("found")[:1]),
        engine=Subquery(latest.values("engine")[:1]),
        searched_at=Subquery(latest.values("at")[:1]),
    )  # type: ignore[assignment]  # rooms above need not know the annotations
    return judged.order_by("-added_at", "-pk")


def _one(found: ScopedQuerySet[Document]) -> Document:
    first = found.first()
    if first is None:
        raise NotFound
    return first
