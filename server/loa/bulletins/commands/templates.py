"""Texts with blanks: a unit's own, and drafts made of them."""

from collections.abc import Mapping
from datetime import datetime

from loa.bulletins import rules
from loa.bulletins.commands.writing import write
from loa.bulletins.models import Bulletin, Template
from loa.bulletins.refusals import BlanksUnfit, TemplateUnfit, check_words
from loa.kernel.command import command, note
from loa.kernel.errors import WrongState
from loa.kernel.scope import Scope
from loa.orgs.models import Unit


@command("bulletins.write")
def write_from_template(
    scope: Scope,
    unit: Unit,
    /,
    *,
    template: rules.Pattern,
    answers: Mapping[str, str],
    author_id: int,
    now: datetime,
) -> Bulletin:
    """Start a draft from a template with its blanks filled. Raises `BlanksUnfit` with what is wrong by label."""
    wrong = rules.faults(rules.blanks(template.title, template.text), answers)
    if wrong:
        raise BlanksUnfit(faults=wrong)
    note(template=template.code)
    title, text = rules.filled(template.title, answers), rules.filled(template.text, answers)
    facts = rules.Facts(kind=template.kind)
    return write(scope, unit, title=title[: rules.TITLE_LONGEST], text=text, author_id=author_id, facts=facts, now=now)


@command("bulletins.write")
def add_template(
    _scope: Scope, unit: Unit, /, *, kind: rules.Kind, name: str, title: str, text: str, now: datetime
) -> Template:
    """Keep a text with blanks for a unit and those below. Raises `TemplateUnfit`, `TitleTooLong`, `TextTooLong`."""
    made = Template(unit=unit, created_at=now)
    _fill(made, kind=kind, name=name, title=title, text=text)
    made.save(force_insert=True)
    note(template=made.pk)
    return made


@command("bulletins.write")
def change_template(
    _scope: Scope, template: Template, /, *, kind: rules.Kind, name: str, title: str, text: str
) -> Template:
    """Change a unit's template; what was written from it stays. Refusals as for `add_template`, and `WrongState`."""
    held = _held(template)
    _fill(held, kind=kind, name=name, title=title, text=text)
    held.save(update_fields=["kind", "name", "title", "text"])
    return held


@command("bulletins.write")
def end_template(_scope: Scope, template: Template, /, *, now: datetime) -> Template:
    """Offer a unit's template no longer. Raises `WrongState` when it has ended already."""
    held = _held(template)
    held.ended_at = now
    held.save(update_fields=["ended_at"])
    return held


def _held(template: Template) -> Template:
    kept = Template.objects.unscoped("the command checked the right").select_for_update()
    held: Template = kept.get(pk=template.pk)
    if held.ended_at is not None:
        raise WrongState
    return held


def _fill(template: Template, *, kind: rules.Kind, name: str, title: str, text: str) -> None:
    told, words, body = rules.line(name), rules.line(title), rules.body(text)
    count = len(rules.blanks(words, body))
    if not told or not words or not body or len(told) > rules.BYLINE_LONGEST or count > rules.BLANKS_MOST:
        raise TemplateUnfit(most=rules.BLANKS_MOST)
    check_words(words, body)
    template.kind, template.name, template.title, template.text = kind, told, words, body
