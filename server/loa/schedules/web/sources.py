"""Stations of others that may be passed on: which there are, proposing one, deciding, withdrawing."""

import uuid
from collections.abc import Callable
from typing import Any  # Any: Django's own signatures

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from loa.kernel import clock
from loa.kernel.errors import Refusal
from loa.kernel.pages import DeskRequest, demand, needs
from loa.media import queries as media
from loa.media.streams.fetching import Kind
from loa.orgs.models import Unit
from loa.schedules import commands, sources
from loa.schedules.models import RelaySource
from loa.schedules.rules import relaying as rules
from loa.schedules.rules.relaying import SourceState
from loa.schedules.web.programme import chosen_unit

KINDS = (
    (Kind.HTTP.value, gettext_lazy("One endless stream (HTTP, Icecast)")),
    (Kind.HLS.value, gettext_lazy("A list of pieces (HLS, .m3u8)")),
)


class SourceForm(forms.Form):
    """All that is agreed to with a source."""

    name = forms.CharField(label=gettext_lazy("What it is called"), max_length=rules.NAME_LONGEST)
    kind = forms.ChoiceField(label=gettext_lazy("How it is sent"), choices=KINDS, initial=Kind.HTTP.value)
    address = forms.CharField(
        label=gettext_lazy("Address of the stream"),
        max_length=400,
        widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "url", "placeholder": "https://"}),
    )
    responsible = forms.CharField(label=gettext_lazy("Who answers for it"), max_length=rules.RESPONSIBLE_LONGEST)
    agreement = forms.CharField(
        label=gettext_lazy("Agreement or license"),
        max_length=rules.AGREEMENT_LONGEST,
        widget=forms.Textarea(attrs={"rows": 3, "class": "short"}),
    )
    lufs = forms.IntegerField(
        label=gettext_lazy("Loudness in LUFS"),
        initial=rules.LUFS_USUAL,
        min_value=rules.LUFS_LEAST,
        max_value=rules.LUFS_MOST,
    )
    fallback = forms.TypedChoiceField(
        label=gettext_lazy("Heard while nothing comes"), required=False, coerce=uuid.UUID, empty_value=None
    )

    def __init__(self, *args: Any, pieces: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["fallback"].choices = [("", _("Silence")), *pieces]  # type: ignore[attr-defined]  # a choice field


@require_safe
@needs(sources.VIEW)
def listed(request: DeskRequest) -> HttpResponse:
    """List the sources of a unit, of those below it, and those it has from above."""
    unit, units = chosen_unit(request)
    rows = sources.of_unit(request.scope, unit.path)
    own = {row.pk for row in rows}
    facts = {
        "unit": unit,
        "units": units,
        "waiting": [row for row in rows if row.state == SourceState.PROPOSED],
        "in_force": [row for row in rows if row.state == SourceState.IN_FORCE],
        "former": [row for row in rows if row.state in {SourceState.DECLINED, SourceState.WITHDRAWN}],
        "lent": [row for row in sources.for_unit(unit.path) if row.pk not in own],
        "hosts": media.named_hosts(),
        "may_propose": request.scope.can("schedules.request", f"{unit.path}#{RelaySource.scope_channel}"),
    }
    return render(request, "schedules/programme/sources.html", facts)


@require_http_methods(["GET", "POST"])
@needs("schedules.request")
def propose(request: DeskRequest) -> HttpResponse:
    """Propose a source for a unit."""
    unit, _units = chosen_unit(request)
    demand(request.scope, "schedules.request", path=f"{unit.path}#{RelaySource.scope_channel}", place=unit.name)
    form = SourceForm(request.POST or None, pieces=_pieces(unit))
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            of = form.cleaned_data
            try:
                made = commands.propose_source(
                    request.scope,
                    unit,
                    name=of["name"],
                    kind=Kind(of["kind"]),
                    address=of["address"],
                    responsible=of["responsible"],
                    agreement=of["agreement"],
                    lufs=of["lufs"],
                    fallback_id=of["fallback"],
                    now=clock.now(),
                )
            except Refusal as refusal:
                form.add_error("address" if refusal.code == "source_refused" else "fallback", str(refusal))
                status = 409
            else:
                messages.success(request, _("Proposed. Another person listens to it and puts it in force."))
                return redirect("programme:source", made.pk)
    facts = {"form": form, "unit": unit, "hosts": media.named_hosts()}
    return render(request, "schedules/programme/source_form.html", facts, status=status)


@require_safe
@needs(sources.VIEW)
def source(request: DeskRequest, source_id: uuid.UUID) -> HttpResponse:
    """Show one source, and to whom may decide, the decision."""
    return _page(request, sources.get(request.scope, source_id))


@require_POST
@needs(sources.VIEW)
def put_in_force(request: DeskRequest, source_id: uuid.UUID) -> HttpResponse:
    """Put in force what another person proposed."""
    return _acted(
        request,
        source_id,
        "bulletins.approve",
        lambda found: commands.put_source_in_force(request.scope, found, now=clock.now()),
        said=_("In force. Entries of the programme may pass it on."),
    )


@require_POST
@needs(sources.VIEW)
def decline(request: DeskRequest, source_id: uuid.UUID) -> HttpResponse:
    """Decide against a proposal."""
    return _acted(
        request,
        source_id,
        "bulletins.approve",
        lambda found: commands.decline_source(request.scope, found, now=clock.now()),
        said=_("Declined. It is not passed on."),
    )


@require_POST
@needs(sources.VIEW)
def withdraw(request: DeskRequest, source_id: uuid.UUID) -> HttpResponse:
    """Let a source be passed on no more."""
    return _acted(
        request,
        source_id,
        "schedules.request",
        lambda found: commands.withdraw_source(request.scope, found, now=clock.now()),
        said=_("Withdrawn. It is passed on no more, also where it was on the air."),
    )


def _pieces(unit: Unit) -> list[tuple[str, str]]:
    found = {str(tune.clip_id): tune.name for tune in media.tunes_for(unit.path)}
    return sorted(found.items(), key=lambda pair: pair[1])


def _page(request: DeskRequest, found: RelaySource, *, refusal: str = "", status: int = 200) -> HttpResponse:
    waits = found.state == SourceState.PROPOSED
    may_decide = waits and request.scope.can("bulletins.approve", found.scope_path)
    is_own = str(found.proposed_by_id) == request.scope.actor.id
    stands = found.state in {SourceState.PROPOSED, SourceState.IN_FORCE}
    facts = {
        "source": found,
        "kind": dict(KINDS)[found.kind],
        "may_decide": may_decide and not is_own,
        "is_own": may_decide and is_own,
        "waits": waits,
        "may_withdraw": stands and request.scope.can("schedules.request", found.scope_path),
        "refusal": refusal,
    }
    return render(request, "schedules/programme/source.html", facts, status=status)


def _acted(
    request: DeskRequest, source_id: uuid.UUID, permission: str, act: Callable[[RelaySource], object], *, said: str
) -> HttpResponse:
    """Do it and show the source; with the reason when it was refused."""
    found = sources.get(request.scope, source_id)
    demand(request.scope, permission, path=found.scope_path, place=found.unit.name)
    try:
        act(found)
    except Refusal as refusal:
        return _page(request, sources.get(request.scope, source_id), refusal=str(refusal), status=409)
    messages.success(request, said)
    return redirect("programme:source", found.pk)
