"""Renditions of one wording as they stand: derived where nobody touched them, kept where somebody did."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from loa.bulletins import rules
from loa.bulletins.models import Rendition, Revision
from loa.bulletins.refusals import RenditionsStale
from loa.bulletins.rules.deriving import derive_all
from loa.bulletins.rules.renditions import RECIPE, Form, Source, Words
from loa.bulletins.rules.sealing import renditions_sha256, source_sha256, words_sha256
from loa.kernel.scope import Scope

_WHY = "the caller checked the right on the wording"


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """What one form of a wording says now, and what would be derived of it anew."""

    words: Words
    derived: Words
    is_kept: bool = False
    is_edited: bool = False
    is_stale: bool = False
    written_by: str = ""
    changed_at: datetime | None = None

    @property
    def form(self) -> Form:
        """Return which form it is."""
        return self.words.form

    @property
    def seen(self) -> str:
        """Return the digest that tells a later change from what is shown here."""
        return words_sha256(self.words)


def source_of(revision: Revision) -> Source:
    """Return what the renditions of a wording are made of; load it with its bulletin and unit."""
    # an abstract that was made of the text says nothing new, and comes and goes with it
    own = rules.carried_on(revision.facts, title=revision.title, text=revision.text)
    return Source(
        title=revision.title,
        text=revision.text,
        abstract=own.abstract,
        unit_name=revision.bulletin.unit.name,
        language=own.language,
    )


def shown(revision: Revision) -> dict[Form, Shown]:
    """Return every form of a wording, in the order of `Form`; load it with its bulletin and unit."""
    source = source_of(revision)
    now_made_of, derived, rows = source_sha256(source), derive_all(source), kept(revision)
    is_draft = revision.state == rules.RevisionState.DRAFT
    return {form: _shown(derived[form], rows.get(form), now_made_of if is_draft else "") for form in Form}


def kept(revision: Revision) -> Mapping[Form, Rendition]:
    """Return the renditions that are kept of a wording."""
    return {Form(row.form): row for row in Rendition.objects.unscoped(_WHY).filter(revision=revision).order_by("form")}


def hand_in(scope: Scope, draft: Revision, *, now: datetime) -> str:
    """Keep what every channel would say with a draft that is being handed in; return the digest of it all.

    Raises `RenditionsStale` while an edited one does not follow a change of the text.
    """
    source = source_of(draft)
    made_of, rows = source_sha256(source), kept(draft)
    if any(row.source_sha256 != made_of for row in rows.values()):
        raise RenditionsStale
    new = [
        Rendition(
            revision=draft,
            form=form,
            title=words.title,
            body=words.body,
            source_sha256=made_of,
            recipe=RECIPE,
            is_edited=False,
            written_by=scope.actor.id,
            changed_at=now,
        )
        for form, words in derive_all(source).items()
        if form not in rows
    ]
    Rendition.objects.unscoped(_WHY).bulk_create(new)
    return digest(draft)


def digest(revision: Revision) -> str:
    """Return the digest of all kept renditions of a wording; that of none when there are none."""
    return renditions_sha256(row.words for row in kept(revision).values())


def carry_on(former: Revision, draft: Revision) -> None:
    """Take what was edited over to the wording that follows: it shows as stale when the words differ."""
    edited = [row for row in kept(former).values() if row.is_edited]
    Rendition.objects.unscoped(_WHY).bulk_create(
        Rendition(
            revision=draft,
            form=row.form,
            title=row.title,
            body=row.body,
            source_sha256=row.source_sha256,
            recipe=row.recipe,
            is_edited=True,
            written_by=row.written_by,
            changed_at=row.changed_at,
        )
        for row in edited
    )


def _shown(derived: Words, row: Rendition | None, made_of: str) -> Shown:
    if row is None:
        return Shown(words=derived, derived=derived)
    return Shown(
        words=row.words,
        derived=derived,
        is_kept=True,
        is_edited=row.is_edited,
        is_stale=bool(made_of) and row.source_sha256 != made_of,
        written_by=row.written_by,
        changed_at=row.changed_at,
    )
