"""Offers as their author sees them: write, offer, and learn what became of it. Nothing of how things air is here.

Pages of one offer ask whose it is, not for a right: whoever has not written it does not find it.
"""

import uuid
from typing import Any  # Any: Django's own signatures

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from loa.bulletins import commands, queries
from loa.bulletins import rules as bulletin_rules
from loa.bulletins.models import Offer
from loa.kernel import clock
from loa.kernel.errors import NotFound, Refusal
from loa.kernel.pages import DeskRequest, needs
from loa.orgs import queries as orgs
from loa.orgs.models import Agency, Unit
from loa.schedules import outcomes
from loa.schedules.outcomes import Outcome

PAGE_LENGTH = 30


class OfferForm(forms.Form):
    """Words for a newsroom: in whose name, about what."""

    unit = forms.ChoiceField(label=gettext_lazy("Newsroom"), required=False)
    agency = forms.ChoiceField(label=gettext_lazy("Agency"), required=False)
    title = forms.CharField(label=gettext_lazy("Title"), max_length=bulletin_rules.TITLE_LONGEST)
    text = forms.CharField(
        label=gettext_lazy("Text"), max_length=bulletin_rules.TEXT_LONGEST, widget=forms.Textarea(attrs={"rows": 12})
    )
    category = forms.ChoiceField(label=gettext_lazy("Field of information"), required=False)

    def __init__(self, *args: Any, units: list[Unit], agencies: list[tuple[Agency, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        today = timezone.localdate(clock.now(), bulletin_rules.ZONE)
        only = agencies[0][0].pk if len(agencies) == 1 else None
        fields = queries.fields_of([only])[only] if only is not None else frozenset()
        tree = [(one.code, f"{'– ' * one.depth}{one.category.name()}") for one in queries.branches_of(fields, on=today)]
        open_choice = [("", _("Please choose") if fields else _("The newsroom chooses"))]
        self.fields["category"].choices = [*open_choice, *tree]  # type: ignore[attr-defined]  # a choice field
        self.fields["unit"].choices = [(str(unit.pk), unit.name) for unit in units]  # type: ignore[attr-defined]  # as above
        self.fields["agency"].choices = [(str(one.pk), name) for one, name in agencies]  # type: ignore[attr-defined]  # as above
        if len(units) < 2:
            del self.fields["unit"]
        if len(agencies) < 2:
            del self.fields["agency"]


@require_safe
@needs("bulletins.offer")
def own(request: DeskRequest) -> HttpResponse:
    """List what a person wrote for newsrooms, with what became of it."""
    page = Paginator(queries.own_offers(request.scope), PAGE_LENGTH).get_page(request.GET.get("page"))
    became = outcomes.outcomes([one.bulletin_id for one in page if one.bulletin_id], now=clock.now())
    lines = [(one, became.get(one.bulletin_id, Outcome())) for one in page]
    return render(request, "schedules/offers.html", {"page": page, "lines": lines})


@require_http_methods(["GET", "POST"])
@needs("bulletins.offer")
def write(request: DeskRequest) -> HttpResponse:
    """Write an offer; keep it for later or hand it in at once."""
    units, agencies = _units(request), _agencies(request)
    form = OfferForm(request.POST or None, units=units, agencies=agencies)
    if request.method == "POST" and form.is_valid():
        of = form.cleaned_data
        unit = {str(one.pk): one for one in units}.get(of.get("unit", ""), units[0] if len(units) == 1 else None)
        agency = of.get("agency") or (str(agencies[0][0].pk) if agencies else "")
        if unit is None:
            raise NotFound
        try:
            made = commands.write_offer(
                request.scope, unit, title=of["title"], text=of["text"], category=of["category"],
                agency_id=int(agency) if agency else None, now=clock.now(),
            )  # fmt: skip
        except Refusal as refusal:
            _say(form, refusal)
        else:
            return _kept(request, made)
    return _form(request, form, None)


@require_http_methods(["GET", "POST"])
def offer(request: DeskRequest, offer_id: uuid.UUID) -> HttpResponse:
    """Show one's own offer with what became of it; a draft as a form."""
    found = queries.own_offer(request.scope, offer_id)
    if found.state != bulletin_rules.OfferState.DRAFT:
        became = outcomes.outcomes([found.bulletin_id] if found.bulletin_id else [], now=clock.now())
        facts = {"offer": found, "agency": _name(found), "became": became.get(found.bulletin_id, Outcome())}
        return render(request, "schedules/offer.html", facts)
    kept = {"title": found.title, "text": found.text, "category": found.category_id or ""}
    form = OfferForm(request.POST or None, units=[], agencies=[], initial=kept)
    if request.method == "POST" and form.is_valid():
        of = form.cleaned_data
        try:
            commands.change_offer(
                request.scope, found, title=of["title"], text=of["text"], category=of["category"], now=clock.now()
            )
        except Refusal as refusal:
            _say(form, refusal)
        else:
            return _kept(request, found)
    return _form(request, form, found)


@require_POST
def hand_in(request: DeskRequest, offer_id: uuid.UUID) -> HttpResponse:
    """Hand one's own draft to the newsroom."""
    found = queries.own_offer(request.scope, offer_id)
    commands.hand_offer_in(request.scope, found, now=clock.now())
    messages.success(request, _("Offered. The newsroom decides, and you read here what becomes of it."))
    return redirect("offers:own", found.pk)


@require_POST
def drop(request: DeskRequest, offer_id: uuid.UUID) -> HttpResponse:
    """Take one's own offer back."""
    found = queries.own_offer(request.scope, offer_id)
    commands.drop_offer(request.scope, found, now=clock.now())
    messages.success(request, _("Taken back. The newsroom sees it no longer."))
    return redirect("offers:list")


def _kept(request: DeskRequest, made: Offer) -> HttpResponse:
    if request.POST.get("action") == "offer":
        return hand_in(request, made.pk)
    messages.success(request, _("Kept. Only you see it until you offer it."))
    return redirect("offers:own", made.pk)


def _units(request: DeskRequest) -> list[Unit]:
    roots = {root.partition("#")[0].removesuffix("!") for root in request.scope.roots("bulletins.offer")}
    return list(orgs.choices_for(request.scope, "bulletins.offer").filter(path__in=roots))


def _agencies(request: DeskRequest) -> list[tuple[Agency, str]]:
    now = clock.now()
    found = orgs.agencies_of(int(request.scope.actor.id), at=now)
    names = orgs.agency_names([one.pk for one in found], on=timezone.localdate(now, bulletin_rules.ZONE))
    return [(one, names[one.pk]) for one in found]


def _name(found: Offer) -> str:
    if found.agency is None:
        return ""
    return orgs.agency_name(found.agency, on=timezone.localdate(found.created_at, bulletin_rules.ZONE))


def _say(form: OfferForm, refusal: Refusal) -> None:
    form.add_error(None, str(refusal))


def _form(request: DeskRequest, form: OfferForm, found: Offer | None) -> HttpResponse:
    facts = {"form": form, "offer": found}
    return render(request, "schedules/offer_form.html", facts, status=422 if form.errors else 200)
