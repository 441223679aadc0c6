"""What others have announced, by a fixed form: the text is made of its blanks and never free (R47)."""

import uuid
from collections.abc import Mapping
from datetime import datetime

from loa.bulletins import filing, holding, rules
from loa.bulletins.commands.writing import write
from loa.bulletins.models import Bulletin, Revision
from loa.bulletins.refusals import BlanksUnfit, FixedForm, RequesterNeeded
from loa.kernel.command import command, note
from loa.kernel.errors import WrongState
from loa.kernel.scope import Scope
from loa.media import queries as media
from loa.orgs.models import Unit

ANSWER_LONGEST = 150
"""Room for a name and an address, not for advertising."""


@command("bulletins.write")
def announce(
    scope: Scope,
    unit: Unit,
    /,
    *,
    form: rules.Pattern,
    answers: Mapping[str, str],
    requester: str,
    paper_id: uuid.UUID | None,
    author_id: int,
    now: datetime,
) -> Bulletin:
    """Start an announcement for others as a draft, made of a fixed form's blanks.

    `RequesterNeeded` without who asked and the paper they handed in, `BlanksUnfit` with what is wrong by label,
    `NotFound` for a paper unseen or of another unit.
    """
    who = _asked(scope, unit, requester=requester, paper_id=paper_id)
    title, text = _composed(form, answers)
    facts = rules.Facts(kind=form.kind)
    bulletin = write(scope, unit, title=title, text=text, author_id=author_id, facts=facts, now=now)
    current = holding.current(bulletin)
    current.requester, current.paper_id, current.answers = who, paper_id, _kept(form, answers)
    current.save(update_fields=["requester", "paper", "answers"])
    bulletin.current = current
    note(paper=paper_id)
    return bulletin


@command("bulletins.write")
def announce_again(
    scope: Scope,
    bulletin: Bulletin,
    /,
    *,
    form: rules.Pattern,
    answers: Mapping[str, str],
    requester: str,
    paper_id: uuid.UUID | None,
    now: datetime,
) -> Revision:
    """Change the blanks of a draft announcement; its sound is made anew. Refusals as for `announce`, `WrongState`."""
    held = holding.hold(bulletin)
    current = holding.current(held)
    if held.state != rules.State.DRAFT or current.state != rules.RevisionState.DRAFT or not current.requester:
        raise WrongState
    if current.kind != form.kind:
        raise FixedForm
    current.requester = _asked(scope, bulletin.unit, requester=requester, paper_id=paper_id)
    current.title, current.text = _composed(form, answers)
    current.paper_id, current.answers, current.clip_id, current.voice = paper_id, _kept(form, answers), None, ""
    current.written_by, current.created_at = scope.actor.id, now
    words = ["title", "text", "paper", "requester", "answers", "clip_id", "voice", "written_by", "created_at"]
    current.save(update_fields=[*words, *filing.FACTS])
    holding.move(bulletin, held, state=rules.State.DRAFT, current=current, title=current.title, now=now)
    holding.renew(bulletin, held)
    return current


def _asked(scope: Scope, unit: Unit, *, requester: str, paper_id: uuid.UUID | None) -> str:
    who = rules.line(requester)
    if not who or len(who) > rules.REQUESTER_LONGEST or paper_id is None:
        raise RequesterNeeded
    if media.document(scope, paper_id).unit_id != unit.pk:
        raise RequesterNeeded
    return who


def _composed(form: rules.Pattern, answers: Mapping[str, str]) -> tuple[str, str]:
    if not form.is_third_party:
        raise FixedForm
    wrong = rules.faults(rules.blanks(form.title, form.text), answers, longest=ANSWER_LONGEST)
    if wrong:
        raise BlanksUnfit(faults=wrong)
    return rules.line(rules.filled(form.title, answers)), rules.body(rules.filled(form.text, answers))


def _kept(form: rules.Pattern, answers: Mapping[str, str]) -> dict[str, str]:
    """Return the answers as they are kept, with the form they fill."""
    wanted = [blank.label for blank in rules.blanks(form.title, form.text)]
    return {"form": form.code} | {label: rules.line(answers.get(label, "")) for label in wanted}
