"""New drafts from what is there: yesterday's bulletin again, and the same one in another language."""

from dataclasses import replace
from datetime import datetime

from django.utils import timezone

from loa.bulletins import filing, holding, rules
from loa.bulletins.commands.writing import write
from loa.bulletins.models import Bulletin, Revision
from loa.bulletins.refusals import VersionExists
from loa.kernel.command import command, note
from loa.kernel.scope import Scope
from loa.orgs.rules import ZONE


@command("bulletins.write")
def duplicate(scope: Scope, bulletin: Bulletin, /, *, author_id: int, now: datetime) -> Bulletin:
    """Start a draft with the words, facts and sound of another, its validity moved by whole days to begin today."""
    former = holding.current(bulletin)
    facts = rules.carried_on(former.facts, title=former.title, text=former.text)
    if facts.byline == rules.line(bulletin.author.full_name):
        facts = replace(facts, byline="")
    made = write(
        scope,
        bulletin.unit,
        title=former.title,
        text=former.text,
        author_id=author_id,
        clip_id=former.clip_id,
        voice=former.voice,
        facts=rules.moved_to(_in_use(facts, former, now=now), now),
        now=now,
    )
    if former.requester:
        draft = holding.current(made)
        filing.carry_form_on(former, draft)
        made.current = draft
    note(copied_from=bulletin.pk)
    return made


@command("bulletins.write")
def write_version(scope: Scope, bulletin: Bulletin, /, *, language: str, author_id: int, now: datetime) -> Bulletin:
    """Start a draft of the same bulletin in another language: its words to translate, no sound yet.

    Raises `VersionExists` when one stands in that language, `LanguageUnknown`.
    """
    first = bulletin.version_of or bulletin
    held = holding.hold(first)  # two who begin the same version come one after the other
    standing = Bulletin.objects.unscoped("the command checked the right").exclude(state=rules.State.WITHDRAWN)
    family = standing.filter(version_of=held).values_list("current__language", flat=True)
    if language in {*family, holding.current(held).language_id}:
        raise VersionExists
    former = holding.current(bulletin)
    facts = replace(former.facts, language=language, abstract="", byline="")
    about = _in_use(facts, former, now=now)
    made = write(scope, bulletin.unit, title=former.title, text=former.text, author_id=author_id, facts=about, now=now)
    made.version_of = held
    made.save(update_fields=["version_of"])
    note(version_of=held.pk)
    return made


def _in_use(facts: rules.Facts, former: Revision, *, now: datetime) -> rules.Facts:
    """Return the facts without a category that has ended since: the kind, or the writer, names another."""
    end_on = former.category.during.upper if former.category is not None else None
    has_ended = end_on is not None and end_on <= timezone.localdate(now, ZONE)
    return replace(facts, category="") if has_ended else facts
