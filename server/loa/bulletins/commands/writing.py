"""Writing, handing in and taking back."""

import uuid
from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from loa.bulletins import events, filing, holding, rendering, rules, stepping
from loa.bulletins.filing import FACTS
from loa.bulletins.models import Bulletin, Revision
from loa.bulletins.refusals import EditedMeanwhile, NoSound, SpokenWordsChanged, check_words
from loa.kernel.command import command, emit, note
from loa.kernel.errors import WrongState
from loa.kernel.scope import Scope
from loa.media import queries as media
from loa.orgs.models import Unit
from loa_protocol import uuid7


@command("bulletins.write")
def write(
    scope: Scope,
    unit: Unit,
    /,
    *,
    title: str,
    text: str,
    author_id: int,
    clip_id: uuid.UUID | None = None,
    voice: str = "",
    facts: rules.Facts | None = None,
    bulletin_id: uuid.UUID | None = None,
    now: datetime,
) -> Bulletin:
    """Start a bulletin of a unit as a draft. `NoTitle`, `TitleTooLong`, `TextTooLong`; `NotFound` for a clip unseen.

    What `facts` leave open is completed when it is handed in; refusals of `filing.check`. It is called `bulletin_id`
    where that is still free.
    """
    words = _words(scope, title=title, text=text, clip_id=clip_id, voice=voice)
    about = filing.check(facts or rules.Facts(), former=None, now=now)
    bulletin: Bulletin = Bulletin.objects.create(
        pk=_free_id(bulletin_id),
        unit=unit,
        title=words.title,
        author_id=author_id,
        state=rules.State.DRAFT,
        origin_level=unit.level,
        created_at=now,
        changed_at=now,
    )
    bulletin.current = _revision(scope, bulletin, words, about, number=1, now=now)
    bulletin.save(update_fields=["current"])
    note(bulletin=bulletin.pk, number=1)
    return bulletin


@command("bulletins.write")
def revise(
    scope: Scope,
    bulletin: Bulletin,
    /,
    *,
    title: str,
    text: str,
    clip_id: uuid.UUID | None,
    voice: str,
    facts: rules.Facts | None = None,
    edition: int | None = None,
    now: datetime,
) -> Revision:
    """Change the words. A draft changes in place; what was handed in stands, and a new draft takes its place.

    Without `facts` they stay. `FixedForm` for other words of an announcement for others; `WrongState` once it is
    approved or withdrawn; `SpokenWordsChanged` when the text of a spoken clip changed and the clip did not;
    `EditedMeanwhile` when `edition` is no longer the present one.
    """
    held = holding.hold(bulletin)
    if held.state not in rules.EDITABLE:
        raise WrongState
    if edition is not None and edition != held.edition:
        raise EditedMeanwhile
    current = holding.current(held)
    words = _words(scope, title=title, text=text, clip_id=clip_id, voice=voice)
    if current.voice and words.clip_id is not None and words.clip_id == current.clip_id and words.text != current.text:
        raise SpokenWordsChanged
    filing.check_form(current, title=words.title, text=words.text, facts=facts)
    former = rules.carried_on(current.facts, title=current.title, text=current.text)
    about = filing.check(facts, former=former, now=now) if facts is not None else former
    if current.state == rules.RevisionState.DRAFT:
        revision = _rewrite(scope, current, words, about, now=now)
    else:
        if current.state == rules.RevisionState.SUBMITTED:
            current.state = rules.RevisionState.SUPERSEDED
            current.save(update_fields=["state"])
        revision = _revision(scope, held, words, about, number=current.number + 1, now=now)
        rendering.carry_on(current, revision)
        filing.carry_form_on(current, revision)
    holding.move(bulletin, held, state=rules.State.DRAFT, current=revision, title=words.title, now=now)
    holding.renew(bulletin, held)
    note(number=revision.number)
    return revision


@command("bulletins.write")
def submit(scope: Scope, bulletin: Bulletin, /, *, now: datetime) -> Revision:
    """Hand the present draft in for approval, what is said about it complete, with what it says on every channel.

    `NoSound` without a clip, `CategoryNeeded` when neither writer nor kind names one, `WrongState` when it is no draft,
    `RenditionsStale` when what was edited for a channel does not follow the text.
    """
    held = holding.hold(bulletin)
    current = holding.current(held)
    if held.state != rules.State.DRAFT:
        raise WrongState
    if current.clip_id is None:
        raise NoSound
    media.clip(scope, current.clip_id)
    current.facts = filing.complete(current, author=held.author.full_name, now=now)
    renditions_sha256 = rendering.hand_in(scope, current, now=now)
    current.state, current.submitted_at, current.recipe = rules.RevisionState.SUBMITTED, now, rules.RECIPE
    current.save(update_fields=["state", "submitted_at", "recipe", *FACTS])
    stepping.lay_down(bulletin, current, now=now)
    holding.move(bulletin, held, state=rules.State.SUBMITTED, current=current, title=held.title, now=now)
    emit(
        events.Submitted(bulletin_id=held.pk, revision_id=current.pk, unit_path=bulletin.scope_path, at=now),
    )
    note(number=current.number, renditions_sha256=renditions_sha256)
    return current


@command("bulletins.write")
def withdraw(_scope: Scope, bulletin: Bulletin, /, *, now: datetime) -> Bulletin:
    """Take a bulletin back at any time. What waits to air is dropped, what is on the air is stopped."""
    held = holding.hold(bulletin)
    if held.state == rules.State.WITHDRAWN:
        raise WrongState
    note(was=held.state)
    current = holding.current(held)
    holding.move(bulletin, held, state=rules.State.WITHDRAWN, current=current, title=held.title, now=now)
    emit(events.Withdrawn(bulletin_id=held.pk, revision_id=current.pk, unit_path=bulletin.scope_path, at=now))
    return bulletin


@dataclass(frozen=True, slots=True, kw_only=True)
class _Words:
    title: str
    text: str
    clip_id: uuid.UUID | None
    voice: str


def _free_id(wished: uuid.UUID | None) -> uuid.UUID:
    if wished is None:
        return uuid7.make()
    with connection.cursor() as cursor:  # a form sent twice at the same instant: one comes after the other
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"bulletin:{wished}"])
    is_taken = Bulletin.objects.unscoped("whether a name is free").filter(pk=wished).exists()
    return uuid7.make() if is_taken else wished


def _words(scope: Scope, *, title: str, text: str, clip_id: uuid.UUID | None, voice: str) -> _Words:
    words = _Words(title=rules.line(title), text=rules.body(text), clip_id=clip_id, voice=voice)
    check_words(words.title, words.text)
    if clip_id is not None:
        media.clip(scope, clip_id)
    return words


def _revision(
    scope: Scope, bulletin: Bulletin, words: _Words, about: rules.Facts, *, number: int, now: datetime
) -> Revision:
    revision = Revision(
        bulletin=bulletin,
        number=number,
        title=words.title,
        text=words.text,
        clip_id=words.clip_id,
        voice=words.voice,
        written_by=scope.actor.id,
        state=rules.RevisionState.DRAFT,
        created_at=now,
    )
    revision.facts = about
    revision.save(force_insert=True)
    return revision


def _rewrite(scope: Scope, draft: Revision, words: _Words, about: rules.Facts, *, now: datetime) -> Revision:
    draft.title, draft.text, draft.clip_id, draft.voice = words.title, words.text, words.clip_id, words.voice
    draft.written_by, draft.created_at, draft.facts = scope.actor.id, now, about
    draft.save(update_fields=["title", "text", "clip_id", "voice", "written_by", "created_at", *FACTS])
    return draft
