"""What is said about a bulletin beside its words: asked whether it can be so, and completed when it is handed in."""

from datetime import datetime

from django.utils import timezone

from loa.bulletins import ports, rules
from loa.bulletins.models import Category, Language, Revision
from loa.bulletins.refusals import CategoryNeeded, CategoryUnknown, FixedForm, LanguageUnknown, check_facts
from loa.orgs.rules import ZONE

FACTS = ("kind", "category", "abstract", "byline", "language", "valid_from", "valid_until", "is_must")
"""The columns of a revision that `Facts` fills."""


def check(facts: rules.Facts, *, former: rules.Facts | None, now: datetime) -> rules.Facts:
    """Return the facts as they are kept.

    Raises `CategoryUnknown` for a category that is not in use today, unless the bulletin had it before, and
    `LanguageUnknown`, `AbstractTooLong`, `BylineTooLong`, `ValidBackwards`.
    """
    kept = rules.stored(facts)
    check_facts(kept)
    known_before = former is not None and kept.category == former.category
    if kept.category and not known_before and not is_in_use(kept.category, now=now):
        raise CategoryUnknown
    if kept.language != rules.VIETNAMESE and kept.language not in set(Language.objects.values_list("pk", flat=True)):
        raise LanguageUnknown
    return kept


def check_form(current: Revision, *, title: str, text: str, facts: rules.Facts | None) -> None:
    """Raise `FixedForm` when an announcement for others would say more, or be of another kind, than its form."""
    if not current.requester:
        return
    if (title, text) != (current.title, current.text) or (facts is not None and facts.kind != current.kind):
        raise FixedForm


def carry_form_on(former: Revision, revision: Revision) -> None:
    """Let a further wording of an announcement for others rest on the same form and paper."""
    if former.requester:
        revision.requester, revision.paper_id, revision.answers = former.requester, former.paper_id, former.answers
        revision.save(update_fields=["requester", "paper", "answers"])


def complete(draft: Revision, *, author: str, now: datetime) -> rules.Facts:
    """Return the facts of a draft with nothing left open. Raises `CategoryNeeded` when no category can be derived."""
    whole = rules.completed(
        draft.facts,
        title=draft.title,
        text=draft.text,
        author=rules.line(author),
        last_at=ports.last_asked(draft.bulletin_id),
        now=now,
    )
    if not whole.category:
        raise CategoryNeeded
    if whole.category != draft.category_id and not is_in_use(whole.category, now=now):
        raise CategoryNeeded
    check_facts(whole)
    return whole


def is_in_use(code: str, *, now: datetime) -> bool:
    """Tell whether bulletins may be filed under a category today."""
    day = timezone.localdate(now, ZONE)
    return Category.objects.filter(pk=code, during__contains=day).exists()
