"""The page on which a unit says when it is off, or works, otherwise than the calendar says."""

import uuid

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from loa.bulletins import commands, queries, rules
from loa.kernel import clock, holidays
from loa.kernel.errors import Refusal
from loa.kernel.pages import DeskRequest, demand, needs
from loa.orgs import queries as orgs

AHEAD_DAYS = 366


class DayForm(forms.Form):
    """A day, whether people work then, and why."""

    unit = forms.ChoiceField(label=gettext_lazy("Unit"))
    day = forms.DateField(label=gettext_lazy("Day"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    works = forms.ChoiceField(
        label=gettext_lazy("On this day"),
        choices=[("off", gettext_lazy("Nobody works")), ("work", gettext_lazy("People work"))],
    )
    words = forms.CharField(label=gettext_lazy("Why, and by which decision"), max_length=rules.NAME_LONGEST)


@require_http_methods(["GET", "POST"])
@needs("bulletins.administer")
def days(request: DeskRequest) -> HttpResponse:
    """List holidays and the days units have set, and set one more."""
    units = {unit.code: unit for unit in orgs.choices_for(request.scope, "bulletins.administer").order_by("path")}
    form = DayForm(request.POST or None)
    form.fields["unit"].choices = [(code, unit.name) for code, unit in units.items()]  # type: ignore[attr-defined]  # a choice field
    if request.method == "POST" and form.is_valid():
        of = form.cleaned_data
        try:
            commands.set_day(
                request.scope,
                units[of["unit"]],
                day=of["day"],
                is_off=of["works"] == "off",
                words=of["words"],
                now=clock.now(),
            )
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The day is set. Deadlines from now on count with it."))
            return redirect("bulletins:days")
    today = timezone.localdate(clock.now())
    facts = {
        "form": form,
        "own": queries.own_days(request.scope, start_on=today),
        "holidays": holidays.ahead(today, days=AHEAD_DAYS, language=translation.get_language() or "vi").items(),
    }
    return render(request, "bulletins/days.html", facts, status=422 if form.errors else 200)


@require_POST
@needs("orgs.view")
def clear(request: DeskRequest, own_day_id: uuid.UUID) -> HttpResponse:
    """Let the calendar say again."""
    own = queries.own_day(request.scope, own_day_id)
    demand(request.scope, "bulletins.administer", path=own.scope_path, place=own.unit.name)
    commands.clear_day(request.scope, own, now=clock.now())
    messages.success(request, _("The calendar applies to this day again."))
    return redirect("bulletins:days")
