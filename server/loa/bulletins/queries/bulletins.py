"""Bulletins and their wordings."""

import uuid
from dataclasses import dataclass
from datetime import datetime

from loa.accounts import queries as accounts
from loa.bulletins import rules
from loa.bulletins.models import Bulletin, Revision
from loa.kernel.errors import NotFound
from loa.kernel.scope import Scope
from loa.kernel.scoped import ScopedQuerySet
from loa.media import queries as media


@dataclass(frozen=True, slots=True, kw_only=True)
class RevisionFacts:
    """One wording, as other rooms may know it."""

    id: uuid.UUID
    bulletin_id: uuid.UUID
    number: int
    title: str
    text: str
    clip_id: uuid.UUID | None
    voice: str
    state: rules.RevisionState
    facts: rules.Facts


def visible(scope: Scope) -> ScopedQuerySet[Bulletin]:
    """Return the bulletins this scope may read with unit, author and present wording, last changed first."""
    return _complete(Bulletin.objects.within(scope, "bulletins.view"))


def get(scope: Scope, bulletin_id: uuid.UUID) -> Bulletin:
    """Return one bulletin; `NotFound` when it is absent or outside the scope."""
    return _one(visible(scope), bulletin_id)


def held(scope: Scope, bulletin_id: uuid.UUID) -> Bulletin:
    """Return one bulletin and keep others from deciding on it until this transaction ends.

    Waits for a decision in flight. `NotFound` when it is absent or outside the scope.
    """
    return _one(visible(scope).select_for_update(of=("self",)), bulletin_id)


def recent_texts(scope: Scope, unit_id: int, *, most: int) -> list[str]:
    """Return the present texts of the bulletins a unit changed last, as far as this scope may read them."""
    of_unit = Bulletin.objects.within(scope, "bulletins.view").filter(unit_id=unit_id, current__isnull=False)
    return list(of_unit.order_by("-changed_at", "-pk").values_list("current__text", flat=True)[:most])


def approved_for(scope: Scope) -> ScopedQuerySet[Bulletin]:
    """Return the approved bulletins of units where this scope may approve."""
    approved: ScopedQuerySet[Bulletin] = Bulletin.objects.within(scope, "bulletins.approve")
    return approved.filter(state=rules.State.APPROVED)


def mine(scope: Scope, user_id: int) -> ScopedQuerySet[Bulletin]:
    """Return the bulletins a person wrote, as far as this scope may read them, last changed first."""
    return visible(scope).filter(author_id=user_id)


def own_draft(scope: Scope, bulletin_id: uuid.UUID | None, user_id: int) -> Bulletin | None:
    """Return the bulletin that a person's form has begun already; None when it is new."""
    if bulletin_id is None:
        return None
    return mine(scope, user_id).filter(pk=bulletin_id, state__in=rules.EDITABLE).first()


def revisions(scope: Scope, bulletin_id: uuid.UUID) -> ScopedQuerySet[Revision]:
    """Return every wording of a bulletin, newest first."""
    kept: ScopedQuerySet[Revision] = Revision.objects.within(scope, "bulletins.view")
    return kept.filter(bulletin_id=bulletin_id).select_related("decided_by").order_by("-number")


def writer_name(revision: Revision) -> str:
    """Return the name of who wrote a wording the caller may read; empty when it was no person."""
    if not revision.written_by.isdecimal():
        return ""
    return accounts.names_of([int(revision.written_by)]).get(int(revision.written_by), "")


def revision_facts(revision_id: uuid.UUID) -> RevisionFacts:
    """Return what other rooms may know of a revision; `NotFound` when there is none."""
    found = Revision.objects.unscoped("asked by rooms above, which check the scope").filter(pk=revision_id).first()
    if found is None:
        raise NotFound
    return RevisionFacts(
        id=found.pk,
        bulletin_id=found.bulletin_id,
        number=found.number,
        title=found.title,
        text=found.text,
        clip_id=found.clip_id,
        voice=found.voice,
        state=rules.RevisionState(found.state),
        facts=found.facts,
    )


def approved(bulletin_id: uuid.UUID) -> RevisionFacts:
    """Return the approved wording of a bulletin that stands approved; `NotFound` when there is none."""
    bulletins = Bulletin.objects.unscoped("asked by rooms above, which check the scope")
    found = bulletins.filter(pk=bulletin_id, state=rules.State.APPROVED).values_list("current_id", flat=True).first()
    if found is None:
        raise NotFound
    return revision_facts(found)


def newest_approved(unit_id: int, *, kind: rules.Kind) -> uuid.UUID | None:
    """Return the bulletin of a kind at a unit that was approved last and has sound; None when none stands."""
    found = Bulletin.objects.unscoped("asked by rooms above, which check the scope").filter(
        unit_id=unit_id, state=rules.State.APPROVED, current__kind=kind, current__clip_id__isnull=False
    )
    newest: uuid.UUID | None = found.order_by("-changed_at", "-pk").values_list("pk", flat=True).first()
    return newest


def units_with(bulletin_id: uuid.UUID, *, kind: rules.Kind) -> list[int]:
    """Return the unit of a bulletin if its wording is of a kind."""
    found = Bulletin.objects.unscoped("asked by rooms above, which check the scope").filter(
        pk=bulletin_id, current__kind=kind
    )
    return list(found.values_list("unit_id", flat=True))


def sounds_of(bulletin_id: uuid.UUID) -> list[str]:
    """Return the digests of what was ever heard, or may be, of a bulletin's wordings."""
    found = Revision.objects.unscoped("asked by rooms above, which check the scope").filter(bulletin_id=bulletin_id)
    clips = found.exclude(clip_id=None).values_list("clip_id", flat=True).distinct()
    return [one.sha256 for one in media.facts(clips).values()]


def valid_until(bulletin_id: uuid.UUID) -> datetime | None:
    """Return from when on a bulletin that was handed in no longer holds; None while it is written or says no day."""
    handed_in = Bulletin.objects.unscoped("asked by rooms above, which check the scope").filter(
        pk=bulletin_id, state__in=[rules.State.SUBMITTED, rules.State.APPROVED]
    )
    until: datetime | None = handed_in.values_list("current__valid_until", flat=True).first()
    return until


def _complete(bulletins: ScopedQuerySet[Bulletin]) -> ScopedQuerySet[Bulletin]:
    return bulletins.select_related("unit", "author", "current__paper", "current__language", "version_of").order_by(
        "-changed_at", "-pk"
    )


def _one(bulletins: ScopedQuerySet[Bulletin], bulletin_id: uuid.UUID) -> Bulletin:
    found = bulletins.filter(pk=bulletin_id).first()
    if found is None:
        raise NotFound
    return found
