"""A unit's own templates: add, change, end."""

import uuid

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from loa.bulletins import commands, naming, queries, rules
from loa.bulletins.models import Template
from loa.bulletins.web import writing
from loa.kernel import clock
from loa.kernel.errors import NotFound, Refusal
from loa.kernel.pages import DeskRequest, demand, needs


class TemplateForm(forms.Form):
    """A text with blanks."""

    unit = forms.ChoiceField(label=gettext_lazy("Unit"), required=False)
    name = forms.CharField(label=gettext_lazy("Name of the template"), max_length=rules.BYLINE_LONGEST)
    kind = forms.ChoiceField(label=gettext_lazy("Kind of bulletin"))
    title = forms.CharField(label=gettext_lazy("Title"), max_length=rules.TITLE_LONGEST)
    text = forms.CharField(
        label=gettext_lazy("Text"), max_length=rules.TEXT_LONGEST, widget=forms.Textarea(attrs={"rows": 12})
    )

    def offer(self, units: list[tuple[str, str]]) -> None:
        """Offer the kinds, and these units where there is a choice."""
        self.fields["kind"].choices = [(kind.value, words) for kind, words in naming.KINDS.items()]  # type: ignore[attr-defined]  # a choice field
        self.fields["unit"].choices = units  # type: ignore[attr-defined]  # as above
        if len(units) < 2:
            del self.fields["unit"]


@require_http_methods(["GET", "POST"])
@needs("bulletins.write")
def add(request: DeskRequest) -> HttpResponse:
    """Keep a new template of a unit."""
    units = writing.speaking_units(request)
    form = TemplateForm(request.POST or None)
    form.offer([(str(unit.pk), unit.name) for unit in units])
    if request.method == "POST" and form.is_valid():
        of = form.cleaned_data
        chosen = {str(unit.pk): unit for unit in units}.get(of.get("unit", ""), units[0] if len(units) == 1 else None)
        if chosen is None:
            raise NotFound
        try:
            commands.add_template(
                request.scope, chosen, kind=rules.Kind(of["kind"]), name=of["name"], title=of["title"],
                text=of["text"], now=clock.now(),
            )  # fmt: skip
        except Refusal as refusal:
            _say(form, refusal)
        else:
            messages.success(request, _("The template is kept."))
            return redirect("bulletins:templates")
    return _page(request, form, template=None)


@require_http_methods(["GET", "POST"])
@needs("bulletins.write")
def change(request: DeskRequest, template_id: uuid.UUID) -> HttpResponse:
    """Change a unit's template."""
    template = _own(request, template_id)
    kept = {"name": template.name, "kind": template.kind, "title": template.title, "text": template.text}
    form = TemplateForm(request.POST or None, initial=kept)
    form.offer([])
    if request.method == "POST" and form.is_valid():
        of = form.cleaned_data
        try:
            commands.change_template(
                request.scope,
                template,
                kind=rules.Kind(of["kind"]),
                name=of["name"],
                title=of["title"],
                text=of["text"],
            )
        except Refusal as refusal:
            _say(form, refusal)
        else:
            messages.success(request, _("The template is kept."))
            return redirect("bulletins:templates")
    return _page(request, form, template=template)


@require_POST
@needs("bulletins.write")
def end(request: DeskRequest, template_id: uuid.UUID) -> HttpResponse:
    """Offer a unit's template no longer."""
    commands.end_template(request.scope, _own(request, template_id), now=clock.now())
    messages.success(request, _("The template is no longer offered."))
    return redirect("bulletins:templates")


def _own(request: DeskRequest, template_id: uuid.UUID) -> Template:
    template = queries.template(request.scope, template_id)
    demand(request.scope, "bulletins.write", path=template.scope_path, place=template.unit.name)
    return template


def _say(form: TemplateForm, refusal: Refusal) -> None:
    form.add_error(None, str(refusal))


def _page(request: DeskRequest, form: TemplateForm, *, template: Template | None) -> HttpResponse:
    facts = {"form": form, "template": template}
    return render(request, "bulletins/template_form.html", facts, status=422 if form.errors else 200)
