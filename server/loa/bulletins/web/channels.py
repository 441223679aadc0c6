"""The pages on which one text is seen on every channel, and shaped for each."""

import uuid

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from loa.bulletins import commands, queries, rules
from loa.bulletins.models import Bulletin
from loa.bulletins.rendering import Shown
from loa.bulletins.rules import sms
from loa.bulletins.rules.renditions import LIMITS, Form
from loa.bulletins.web.forms_of_channels import RenditionForm
from loa.bulletins.web.previews import Card, cards
from loa.kernel import clock
from loa.kernel.errors import Refusal
from loa.kernel.pages import DeskRequest, demand, needs


@require_safe
@needs("bulletins.view")
def channels(request: DeskRequest, bulletin_id: uuid.UUID) -> HttpResponse:
    """Show what a bulletin says on every channel."""
    bulletin = queries.get(request.scope, bulletin_id)
    shown = queries.renditions(request.scope, bulletin)
    facts = {
        "bulletin": bulletin,
        "cards": cards(shown.values()),
        "has_stale": any(one.is_stale for one in shown.values()),
        "may_edit": _may_edit(request, bulletin),
        "may_revise": request.scope.can("bulletins.write", bulletin.unit.path) and bulletin.state in rules.EDITABLE,
    }
    return render(request, "bulletins/channels.html", facts)


@require_http_methods(["GET", "POST"])
@needs("bulletins.view")
def channel(request: DeskRequest, bulletin_id: uuid.UUID, form: str) -> HttpResponse:
    """Shape what one channel says; each button is a form of its own and needs no script."""
    bulletin = queries.get(request.scope, bulletin_id)
    demand(request.scope, "bulletins.write", path=bulletin.scope_path, place=bulletin.unit.name)
    kind = _form(form)
    shown = queries.renditions(request.scope, bulletin)[kind]
    if request.method == "GET":
        words = RenditionForm(form=kind, initial={"title": shown.words.title, "body": shown.words.body})
        return _page(request, bulletin, shown, words)
    posted = RenditionForm(request.POST, form=kind)
    if not posted.is_valid():
        return _page(request, bulletin, shown, posted, status=422)
    try:
        said = _act(request, bulletin, kind, posted)
    except Refusal as refusal:
        posted.refuse(refusal)
        return _page(request, bulletin, shown, posted, status=422)
    messages.success(request, said)
    if request.POST.get("action") == "plain":
        return redirect("bulletins:channel", bulletin.pk, kind.value)
    return redirect(f"{reverse('bulletins:channels', args=[bulletin.pk])}#{kind.value}")


def _act(request: DeskRequest, bulletin: Bulletin, kind: Form, posted: RenditionForm) -> str:
    """Do what the pressed button says; return what the person is told."""
    scope, seen, now = request.scope, posted.cleaned_data["seen"], clock.now()
    match request.POST.get("action"):
        case "derive":
            commands.derive_rendition(scope, bulletin, form=kind, seen=seen)
            return _("It follows the text of the bulletin again.")
        case "keep":
            commands.keep_rendition(scope, bulletin, form=kind, seen=seen, now=now)
            return _("Noted: your words still hold.")
        case action:
            body = posted.cleaned_data["body"]
            commands.edit_rendition(
                scope,
                bulletin,
                form=kind,
                title=posted.cleaned_data.get("title", ""),
                body=sms.without_accents(body) if action == "plain" else body,
                seen=seen,
                now=now,
            )
            return _("Saved.")


def _page(
    request: DeskRequest, bulletin: Bulletin, shown: Shown, words: RenditionForm, *, status: int = 200
) -> HttpResponse:
    facts = {
        "bulletin": bulletin,
        "card": Card(shown),
        "form": words,
        "limit": LIMITS[shown.form],
        "may_edit": _may_edit(request, bulletin),
        "sms": sms,
    }
    return render(request, "bulletins/channel.html", facts, status=status)


def _may_edit(request: DeskRequest, bulletin: Bulletin) -> bool:
    return request.scope.can("bulletins.write", bulletin.unit.path) and bulletin.state == rules.State.DRAFT


def _form(name: str) -> Form:
    if name not in set(Form):
        raise Http404
    return Form(name)
