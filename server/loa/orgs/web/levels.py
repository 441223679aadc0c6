"""Which levels of units there are, for who administers the whole deployment."""

from dataclasses import dataclass
from datetime import date

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from loa.kernel.errors import DomainError
from loa.kernel.pages import DeskRequest, needs
from loa.orgs import commands, queries
from loa.orgs.models import Level

_REQUIRED = {"required": gettext_lazy("Please fill this in.")}


class LevelForm(forms.Form):
    """A new level and its place among the others."""

    name_vi = forms.CharField(label=gettext_lazy("Name in Vietnamese"), max_length=60, error_messages=_REQUIRED)
    name_en = forms.CharField(label=gettext_lazy("Name in English"), max_length=60, error_messages=_REQUIRED)
    code = forms.RegexField(
        r"^[a-z][a-z0-9_]{1,15}$",
        label=gettext_lazy("Code"),
        error_messages=_REQUIRED | {"invalid": gettext_lazy("Small letters, digits and underscores only, 16 at most.")},
    )
    below = forms.ChoiceField(label=gettext_lazy("Stands below"), error_messages=_REQUIRED)
    above = forms.ChoiceField(label=gettext_lazy("May have below it"), required=False)
    start_on = forms.DateField(
        label=gettext_lazy("Exists from"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )

    def offer(self, levels: list[Level]) -> None:
        """Offer these levels as neighbors."""
        choices = [(level.code, level.name()) for level in levels]
        self.fields["below"].choices = choices  # type: ignore[attr-defined]  # a choice field by the above
        self.fields["above"].choices = [("", "–"), *choices]  # type: ignore[attr-defined]  # as above


class EndForm(forms.Form):
    """The day from which a level is no more."""

    prefix = "end"
    code = forms.CharField(label=gettext_lazy("Level"), max_length=16, widget=forms.Select)
    end_on = forms.DateField(label=gettext_lazy("Ends on"), widget=forms.DateInput(attrs={"type": "date"}))


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A level as the page shows it."""

    code: str
    name: str
    below: str
    start_on: date | None
    end_on: date | None


@require_http_methods(["GET", "POST"])
@needs("orgs.administer")
def levels(request: DeskRequest) -> HttpResponse:
    """Show the levels; add one."""
    kept = queries.levels()
    form = LevelForm(request.POST or None)
    form.offer(kept)
    if request.method == "POST" and form.is_valid():
        of = form.cleaned_data
        try:
            commands.add_level(
                request.scope,
                queries.country(),
                code=of["code"],
                name_vi=of["name_vi"],
                name_en=of["name_en"],
                below=[of["below"]],
                above=[of["above"]] if of["above"] else [],
                start_on=of["start_on"],
            )
        except DomainError as refusal:
            form.add_error("code" if refusal.code == "level_taken" else None, str(refusal))
        else:
            messages.success(request, _("The level was added."))
            return redirect("orgs:levels")
    ending = EndForm()
    lasting = [(level.code, level.name()) for level in kept if level.during.upper is None]
    ending.fields["code"].widget = forms.Select(choices=lasting)
    may_change = queries.may_change_levels(request.scope)
    facts = {"lines": _lines(kept), "form": form, "ending": ending, "may_change": may_change}
    return render(request, "orgs/levels.html", facts, status=422 if form.errors else 200)


@require_POST
@needs("orgs.administer")
def end(request: DeskRequest) -> HttpResponse:
    """End a level on a day."""
    form = EndForm(request.POST)
    if form.is_valid():
        try:
            commands.end_level(
                request.scope, queries.country(), code=form.cleaned_data["code"], end_on=form.cleaned_data["end_on"]
            )
        except DomainError as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _("The level ends on that day."))
    else:
        messages.error(request, _("Please choose the day on which the level ends."))
    return redirect("orgs:levels")


def _lines(kept: list[Level]) -> list[Line]:
    names = {level.code: level.name() for level in kept}
    return [
        Line(
            code=level.code,
            name=level.name(),
            below=", ".join(names.get(code, code) for code in level.below),
            start_on=level.during.lower,
            end_on=level.during.upper,
        )
        for level in kept
    ]
