"""The desk of changes of units: list, propose, look at."""

import uuid
from datetime import timedelta

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from loa.kernel import clock
from loa.kernel.errors import NotFound
from loa.kernel.pages import DeskRequest, needs
from loa.orgs import commands, gazetteer, queries, rehearsing, tasks
from loa.orgs.composing import Kind
from loa.orgs.models import Reorganisation, Unit
from loa.orgs.refusals import PlanRefused, ProposedAlready
from loa.orgs.rules import Level
from loa.orgs.rules import ReorganisationState as State
from loa.orgs.web import change_map, reorganisation_facts
from loa.orgs.web.reorganisation_candidates import Candidates
from loa.orgs.web.reorganisation_forms import FORMS, WORDS, ChangeForm, ReformForm, ReverseForm

PAGE = 30
PART = "orgs/reorganisation_rehearsal.html"


@require_GET
@needs("orgs.reorganise")
def reorganisations(request: DeskRequest) -> HttpResponse:
    """List the changes of units this person may see."""
    page = Paginator(queries.reorganisations(request.scope), PAGE).get_page(request.GET.get("page"))
    return render(request, "orgs/reorganisations.html", {"page": page})


@require_GET
@needs("orgs.reorganise")
def new(request: DeskRequest) -> HttpResponse:
    """Ask which kind of change it is."""
    kinds = [(kind.value, *words) for kind, words in WORDS.items()]
    facts = {"kinds": kinds, "has_reform": bool(_before_reform(request))}
    return render(request, "orgs/reorganisation_new.html", facts)


@require_http_methods(["GET", "POST"])
@needs("orgs.reorganise")
def compose(request: DeskRequest, kind: str) -> HttpResponse:
    """Propose a change of one kind."""
    if kind not in set(Kind):
        raise NotFound
    asked = request.POST if request.method == "POST" else request.GET
    offered = Candidates.of(request.scope, Kind(kind), asked)
    form = FORMS[Kind(kind)](
        request.POST or None,
        candidates=offered.units,
        parents=offered.parents,
        along=offered.along,
        initial={"unit": offered.unit, "title": WORDS[Kind(kind)][0]},
    )
    if request.method == "POST" and form.is_valid():
        try:
            made = _propose(request, form, offered.place)
        except (PlanRefused, ProposedAlready) as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The proposal is kept. Another person has to approve it."))
            return redirect("orgs:reorganisation", made.pk)
    facts = {"form": form, "kind": kind, "words": WORDS[Kind(kind)], "offered": offered}
    return render(request, "orgs/reorganisation_compose.html", facts, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@needs("orgs.reorganise")
def reform(request: DeskRequest) -> HttpResponse:
    """Propose what the reform of 1 July 2025 did with a province, as it is shipped."""
    provinces = _before_reform(request)
    paper = gazetteer.DECISION
    begin = {
        "title": _("The reform of 1 July 2025"),
        "basis_number": paper.number,
        "basis_title": paper.title,
        "basis_issuer": paper.issuer,
        "basis_issued_on": paper.issued_on,
        "effective_on": gazetteer.EFFECTIVE_ON,
        "is_retroactive": True,
    }
    form = ReformForm(request.POST or None, candidates=provinces, initial=begin)
    if request.method == "POST" and form.is_valid():
        try:
            made = _propose(request, form, form.candidates[form.cleaned_data["province"]])
        except (PlanRefused, ProposedAlready) as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The proposal is kept. Another person has to approve it."))
            return redirect("orgs:reorganisation", made.pk)
    facts = {"form": form, "provinces": provinces}
    return render(request, "orgs/reorganisation_reform.html", facts, status=422 if form.errors else 200)


@require_GET
def reorganisation(request: DeskRequest, pk: uuid.UUID) -> HttpResponse:
    """Show a change: before and after, what moves, what clashes, and what may be done now."""
    found = queries.reorganisation(request.scope, pk)
    shown = reorganisation_facts.groups(found)
    facts = _rehearsed(found) | {
        "one": found,
        "groups": shown,
        "map": change_map.drawn(shown, reorganisation_facts.spots(shown)),
        "acts": reorganisation_facts.acts(request.scope, found),
        "reverse": _reverse_form(found),
        "homes": queries.places_below(found) if found.state == State.PROPOSED else [],
        "others": reorganisation_facts.place_of_others(found),
        **reorganisation_facts.outcome(found),
    }
    return render(request, "orgs/reorganisation.html", facts)


@require_GET
def progress(request: DeskRequest, pk: uuid.UUID) -> HttpResponse:
    """Answer with the rehearsal alone, for the page that waits for it."""
    found = queries.reorganisation(request.scope, pk)
    return render(request, PART, _rehearsed(found) | {"one": found, "is_part": True})


def _reverse_form(found: Reorganisation) -> ReverseForm:
    """Return the form that takes a change back; the first day on which that can be is the day after it, or tomorrow."""
    first = max(found.effective_on, timezone.localdate(clock.now())) + timedelta(days=1)
    title = _("Take back: %(title)s") % {"title": found.title}
    return ReverseForm(initial={"title": title, "effective_on": first})


def _rehearsed(found: Reorganisation) -> dict[str, object]:
    """Return the rehearsal as it is kept; ask for a new one when it is missing, of another plan or old."""
    kept = found.dry_run or {}
    is_open = found.state in {State.PROPOSED, State.APPROVED}
    is_stale = is_open and rehearsing.is_stale(found, now=clock.now())
    if is_stale:
        tasks.rehearse_later(found)
    is_ready = "made_at" in kept and kept.get("plan_sha256") == found.plan_sha256
    return {
        "rehearsal": reorganisation_facts.rehearsal(kept) if is_ready else None,
        "made_at": kept.get("made_at"),
        "is_running": is_open and not is_ready,
        "done": kept.get("done", 0),
        "of": kept.get("of", 0),
        "is_stale": is_stale,
    }


def _propose(request: DeskRequest, form: ChangeForm, place: Unit) -> Reorganisation:
    return commands.propose(
        request.scope,
        place,
        title=form.cleaned_data["title"],
        basis=commands.keep_basis(request.scope, place, **form.basis()),
        effective_on=form.cleaned_data["effective_on"],
        is_retroactive=form.cleaned_data["is_retroactive"],
        plan=form.plan(),
        now=clock.now(),
    )


def _before_reform(request: DeskRequest) -> list[Unit]:
    """Return the provinces that still have districts and are in the national list: the shipped reform knows them."""
    reach = [unit for unit in queries.choices_for(request.scope, "orgs.reorganise") if unit.closed_on is None]
    divided = {unit.path.partition("/")[0] for unit in reach if unit.level == Level.DISTRICT}
    known = gazetteer.province_names()
    return [unit for unit in reach if unit.path in divided and unit.level == Level.PROVINCE and unit.code in known]
