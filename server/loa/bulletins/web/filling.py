"""Choose a template, fill in its blanks, and a draft is there."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from loa.bulletins import commands, naming, queries, rules, standard
from loa.bulletins.models import Bulletin
from loa.bulletins.refusals import FAULTS, BlanksUnfit
from loa.bulletins.web import writing
from loa.kernel import clock
from loa.kernel.errors import NotFound, Refusal, WrongState
from loa.kernel.pages import DeskRequest, demand, needs
from loa.media import queries as media
from loa.media.models import Document
from loa.orgs.models import Unit

PAPERS_OFFERED = 100
_INPUTS = {rules.Holds.DATE: "date", rules.Holds.TIME: "time"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """A blank as the page shows it."""

    name: str
    blank: rules.Blank
    value: str
    error: str

    @property
    def input_type(self) -> str:
        """Return the kind of input a browser offers."""
        return _INPUTS.get(self.blank.holds, "text")


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What the form of a third party asks beside its blanks."""

    requester: str
    paper: str
    papers: Sequence[Document]
    error: str


@require_safe
@needs("bulletins.write")
def templates(request: DeskRequest) -> HttpResponse:
    """List the templates: the units' own first, then those that come with the program."""
    given = standard.templates().values()
    own = queries.templates(request.scope)
    facts = {
        "own": [(one, naming.kind_name(one.kind), request.scope.can("bulletins.write", one.unit.path)) for one in own],
        "given": [one for one in given if not one.is_third_party],
        "third": [one for one in given if one.is_third_party],
    }
    return render(request, "bulletins/templates.html", facts)


@require_http_methods(["GET", "POST"])
@needs("bulletins.write")
def fill(request: DeskRequest, code: str) -> HttpResponse:
    """Show a template's blanks; filled, make a draft of it and lead there."""
    pattern = _pattern(request, code)
    units = writing.speaking_units(request)
    chosen = {str(unit.pk): unit for unit in units}.get(request.POST.get("unit", ""), units[0] if units else None)
    if chosen is None:
        raise NotFound
    if request.method == "GET":
        return _page(request, pattern, unit=chosen, units=units)
    answers, me = _answers(request, pattern), int(request.scope.actor.id)
    try:
        if pattern.is_third_party:
            made = commands.announce(
                request.scope, chosen, form=pattern, answers=answers, requester=request.POST.get("requester", ""),
                paper_id=_paper(request), author_id=me, now=clock.now(),
            )  # fmt: skip
        else:
            made = commands.write_from_template(
                request.scope, chosen, template=pattern, answers=answers, author_id=me, now=clock.now()
            )
    except Refusal as refusal:
        return _refused(request, pattern, refusal, unit=chosen, units=units)
    return redirect("bulletins:edit", made.pk)


@require_http_methods(["GET", "POST"])
@needs("bulletins.view")
def fill_again(request: DeskRequest, bulletin_id: uuid.UUID) -> HttpResponse:
    """Change the blanks of a draft announcement for others."""
    bulletin = queries.get(request.scope, bulletin_id)
    demand(request.scope, "bulletins.write", path=bulletin.scope_path, place=bulletin.unit.name)
    current = bulletin.current
    if current is None or not current.requester or current.answers is None:
        raise WrongState
    pattern = _pattern(request, current.answers.get("form", ""))
    if request.method == "GET":
        kept = {"requester": current.requester, "paper": str(current.paper_id)}
        return _page(request, pattern, unit=bulletin.unit, bulletin=bulletin, answers=current.answers, asked=kept)
    try:
        commands.announce_again(
            request.scope, bulletin, form=pattern, answers=_answers(request, pattern),
            requester=request.POST.get("requester", ""), paper_id=_paper(request), now=clock.now(),
        )  # fmt: skip
    except Refusal as refusal:
        return _refused(request, pattern, refusal, unit=bulletin.unit, bulletin=bulletin)
    return redirect("bulletins:edit", bulletin.pk)


def _pattern(request: DeskRequest, code: str) -> rules.Pattern:
    given = standard.templates().get(code)
    if given is not None:
        return rules.Pattern(
            code=given.code, kind=given.kind, name=given.name, title=given.title, text=given.text,
            is_third_party=given.is_third_party,
        )  # fmt: skip
    try:
        own = queries.template(request.scope, uuid.UUID(code))
    except ValueError as no_id:
        raise NotFound from no_id
    return rules.Pattern(code=str(own.pk), kind=rules.Kind(own.kind), name=own.name, title=own.title, text=own.text)


def _answers(request: DeskRequest, pattern: rules.Pattern) -> dict[str, str]:
    wanted = rules.blanks(pattern.title, pattern.text)
    return {blank.label: rules.line(request.POST.get(f"blank-{n}", "")) for n, blank in enumerate(wanted)}


def _paper(request: DeskRequest) -> uuid.UUID | None:
    try:
        return uuid.UUID(request.POST.get("paper", ""))
    except ValueError:
        return None


def _refused(
    request: DeskRequest,
    pattern: rules.Pattern,
    refusal: Refusal,
    *,
    unit: Unit,
    units: Sequence[Unit] = (),
    bulletin: Bulletin | None = None,
) -> HttpResponse:
    wrong = refusal.facts["faults"] if isinstance(refusal, BlanksUnfit) else {}
    said = {label: str(FAULTS[fault]) for label, fault in wrong.items()} if isinstance(wrong, dict) else {}
    asked = {"requester": request.POST.get("requester", ""), "paper": request.POST.get("paper", "")}
    if refusal.code == "requester_needed":
        asked["error"] = str(refusal)
    return _page(
        request, pattern, unit=unit, units=units, bulletin=bulletin, answers=_answers(request, pattern), errors=said,
        asked=asked, refusal=str(refusal),
    )  # fmt: skip


def _page(
    request: DeskRequest,
    pattern: rules.Pattern,
    *,
    unit: Unit,
    units: Sequence[Unit] = (),
    bulletin: Bulletin | None = None,
    answers: Mapping[str, str] | None = None,
    errors: Mapping[str, str] | None = None,
    asked: Mapping[str, str] | None = None,
    refusal: str = "",
) -> HttpResponse:
    values, wrong, who = answers or {}, errors or {}, asked or {}
    wanted = rules.blanks(pattern.title, pattern.text)
    facts: dict[str, object] = {
        "pattern": pattern,
        "bulletin": bulletin,
        "unit": unit,
        "units": units if len(units) > 1 else [],
        "fields": [
            Field(name=f"blank-{n}", blank=one, value=values.get(one.label, ""), error=wrong.get(one.label, ""))
            for n, one in enumerate(wanted)
        ],
        "refusal": refusal,
    }
    if pattern.is_third_party:
        papers = list(media.documents(request.scope).filter(unit=unit)[:PAPERS_OFFERED])
        facts["asked"] = Asked(
            requester=who.get("requester", ""), paper=who.get("paper", ""), papers=papers, error=who.get("error", "")
        )
    return render(request, "bulletins/fill.html", facts, status=422 if refusal else 200)
