"""The tree of essential information, for who administers the whole deployment."""

from typing import Any  # Any: Django's own signatures

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from loa.bulletins import commands, queries
from loa.bulletins.web.fields import category_choices
from loa.kernel import clock
from loa.kernel.errors import NotFound, Refusal
from loa.kernel.pages import DeskRequest, needs
from loa.orgs import queries as orgs
from loa.orgs.rules import ZONE

_NAME: Any = {  # Any: arguments of a field
    "max_length": 160,
    "error_messages": {"required": gettext_lazy("Please fill this in.")},
}


class PlaceForm(forms.Form):
    """Where a field stands and to which external one it counts."""

    parent = forms.ChoiceField(label=gettext_lazy("Stands below"), required=False)
    external_code = forms.TypedChoiceField(label=gettext_lazy("Counts to the field"), coerce=int)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        day = timezone.localdate(clock.now(), ZONE)
        codes = [(one.code, f"{one.code}. {one.name()}") for one in queries.external_fields(day)]
        self.fields["parent"].choices = category_choices("–")  # type: ignore[attr-defined]  # a choice field
        self.fields["external_code"].choices = codes  # type: ignore[attr-defined]  # as above


class CategoryForm(PlaceForm):
    """A new field of content."""

    code = forms.RegexField(
        r"^[a-z0-9_.]{1,40}$",
        label=gettext_lazy("Code"),
        error_messages={
            "required": gettext_lazy("Please fill this in."),
            "invalid": gettext_lazy("Small letters, digits, dots and underscores only, 40 at most."),
        },
    )
    name_vi = forms.CharField(label=gettext_lazy("Name in Vietnamese"), **_NAME)
    name_en = forms.CharField(label=gettext_lazy("Name in English"), **_NAME)


class ChangeForm(PlaceForm):
    """Another name or place for a field."""

    name_vi = forms.CharField(label=gettext_lazy("Name in Vietnamese"), **_NAME)
    name_en = forms.CharField(label=gettext_lazy("Name in English"), **_NAME)


@require_http_methods(["GET", "POST"])
@needs("bulletins.administer")
def categories(request: DeskRequest) -> HttpResponse:
    """Show the tree; add a part."""
    form = CategoryForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        of = form.cleaned_data
        try:
            commands.add_category(
                request.scope, orgs.country(), code=of["code"], name_vi=of["name_vi"], name_en=of["name_en"],
                parent=of["parent"], external_code=of["external_code"], now=clock.now(),
            )  # fmt: skip
        except Refusal as refusal:
            _say(form, refusal, field="code" if refusal.code == "category_taken" else None)
        else:
            messages.success(request, _("The field was added."))
            return redirect("bulletins:categories")
    day = timezone.localdate(clock.now(), ZONE)
    facts = {"branches": queries.tree(day), "form": form}
    return render(request, "bulletins/categories.html", facts, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@needs("bulletins.administer")
def category(request: DeskRequest, code: str) -> HttpResponse:
    """Rename or move a part of the tree."""
    day = timezone.localdate(clock.now(), ZONE)
    found = next((one for one in queries.tree(day) if one.code == code), None)
    if found is None:
        raise NotFound
    kept = {"name_vi": found.category.name_vi, "name_en": found.category.name_en}
    form = ChangeForm(
        request.POST or None, initial=kept | {"parent": found.parent, "external_code": found.external_code}
    )
    if request.method == "POST" and form.is_valid():
        of, now = form.cleaned_data, clock.now()
        try:
            commands.move_category(
                request.scope,
                orgs.country(),
                code=code,
                parent=of["parent"],
                external_code=of["external_code"],
                now=now,
            )
            commands.rename_category(
                request.scope, orgs.country(), code=code, name_vi=of["name_vi"], name_en=of["name_en"], now=now
            )
        except Refusal as refusal:
            _say(form, refusal, field="parent" if refusal.code == "category_in_itself" else None)
        else:
            messages.success(request, _("The field was changed."))
            return redirect("bulletins:categories")
    facts = {"form": form, "branch": found, "history": queries.places_of(code)}
    return render(request, "bulletins/category.html", facts, status=422 if form.errors else 200)


@require_POST
@needs("bulletins.administer")
def end(request: DeskRequest, code: str) -> HttpResponse:
    """Offer a part of the tree no longer from tomorrow, when who asks is sure."""
    if not request.POST.get("sure"):
        messages.error(request, _("Tick that you are sure: what has ended cannot be begun again."))
        return redirect("bulletins:category", code)
    try:
        commands.end_category(request.scope, orgs.country(), code=code, now=clock.now())
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return redirect("bulletins:categories")
    messages.success(request, _("The field is no longer offered from tomorrow."))
    return redirect("bulletins:categories")


def _say(form: PlaceForm, refusal: Refusal, *, field: str | None) -> None:
    form.add_error(field, str(refusal))
