"""Bringing a dated list of units: read it, show what it changes, hand it on as a proposal."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from loa.kernel import clock, text
from loa.kernel.errors import DomainError
from loa.kernel.pages import DeskRequest, demand, needs
from loa.orgs import commands, comparing, grounds, importing, queries
from loa.orgs.changes import Plan
from loa.orgs.comparing import Difference
from loa.orgs.importing import Read
from loa.orgs.importing_files import Wrong
from loa.orgs.models import Reorganisation, Unit
from loa.orgs.web.reorganisation_forms import DecisionForm

MOST_WRONG = 50
_HEIR = "heir-"


class ListForm(forms.Form):
    """The list and the unit below which it holds."""

    unit = forms.CharField(max_length=32)
    file = forms.FileField(label=gettext_lazy("File with the units"), required=False)
    source = forms.CharField(required=False, strip=False)
    on = forms.DateField(required=False)

    def content(self) -> bytes:
        """Return the file, or what came along from the page before."""
        file = self.cleaned_data["file"]
        if file is not None:
            return bytes(file.read(importing.LONGEST_BYTES + 1))
        return str(self.cleaned_data["source"]).encode()


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """A list that could be read, against the tree of the eve of its day."""

    source: str
    day: date
    difference: Difference
    wrong: Sequence[Wrong]
    successors: Sequence[tuple[str, str]]
    told: Sequence[tuple[str, str]]


@require_http_methods(["GET", "POST"])
@needs("orgs.reorganise")
def bring(request: DeskRequest) -> HttpResponse:
    """Ask for a list; show what it changes; propose it."""
    units = [unit for unit in queries.choices_for(request.scope, "orgs.reorganise") if unit.closed_on is None]
    facts: dict[str, object] = {"units": units, "columns": importing.COLUMNS, "chosen": request.POST.get("unit", "")}
    form = ListForm(request.POST or None, request.FILES or None)
    if request.method != "POST" or not form.is_valid():
        return render(request, "orgs/units_import.html", facts | {"form": form}, status=422 if form.errors else 200)
    unit = queries.unit_by_code(request.scope, form.cleaned_data["unit"])
    demand(request.scope, "orgs.reorganise", path=unit.path, place=unit.name)
    content = form.content()
    found = importing.read(content, levels=_level_words())
    if found.wrong:
        wrong = {"wrong": found.wrong[:MOST_WRONG], "more": len(found.wrong) - MOST_WRONG}
        return render(request, "orgs/units_import.html", facts | wrong, status=422)
    preview = _preview(request, unit, found, content, form.cleaned_data["on"])
    decision = DecisionForm(
        request.POST if "title" in request.POST else None,
        initial={
            "effective_on": preview.day,
            "title": _("Units as of the list of %(day)s") % {"day": date_format(preview.day, "d/m/Y")},
        },
    )
    if _may_propose(preview) and decision.is_valid():
        try:
            made = _propose(request, unit, decision, preview)
        except DomainError as refusal:
            decision.add_error(None, str(refusal))
        else:
            messages.success(request, _("The proposal is kept. Another person has to approve it."))
            return redirect("orgs:reorganisation", made.pk)
    shown = {"preview": preview, "unit": unit, "decision": decision, "may_propose": _may_propose(preview)}
    return render(request, "orgs/units_import.html", facts | shown, status=422 if decision.errors else 200)


def _preview(request: DeskRequest, unit: Unit, found: Read, content: bytes, asked: date | None) -> Preview:
    day = asked or found.day or timezone.localdate(clock.now()) + timedelta(days=1)
    seen = queries.seen_codes(request.scope)
    tree = {code: one for code, one in grounds.ground_for(Plan(), on=day).tree.items() if code in seen}
    heirs = {
        name.removeprefix(_HEIR): str(value) for name, value in request.POST.items() if name.startswith(_HEIR) and value
    }
    difference = comparing.difference(found.rows, tree, levels=grounds.levels(on=day), top=unit.code, heirs=heirs)
    successors = sorted(((row.code, row.name) for row in found.rows), key=lambda one: (text.sort_key(one[1]), one[0]))
    return Preview(
        source=content.decode("utf-8-sig"),
        day=day,
        difference=difference,
        wrong=importing.lost_zeros(found.rows, tree),
        successors=successors,
        told=sorted(heirs.items()),
    )


def _may_propose(preview: Preview) -> bool:
    return preview.difference.is_explained and not preview.difference.is_empty and not preview.wrong


def _propose(request: DeskRequest, unit: Unit, decision: DecisionForm, preview: Preview) -> Reorganisation:
    of = decision.cleaned_data
    return commands.propose(
        request.scope,
        unit,
        title=of["title"],
        basis=commands.keep_basis(request.scope, unit, **decision.basis()),
        effective_on=of["effective_on"],
        is_retroactive=of["is_retroactive"],
        plan=preview.difference.plan,
        now=clock.now(),
    )


def _level_words() -> Mapping[str, str]:
    """Return every word for a level, folded: its code, its names, and the parts of these ("Xã, phường")."""
    words: dict[str, str] = {}
    for level in queries.levels():
        for name in (level.code, level.name_vi, level.name_en, *level.name_vi.split(","), *level.name_en.split(",")):
            words[text.folded(name).strip()] = level.code
    return words
