"""Keeps a draft while somebody types; answers to the page's script, in JSON."""

import json
import uuid
from collections.abc import Mapping

from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from loa.bulletins import commands, editing, queries, rules
from loa.bulletins.models import Bulletin, Revision
from loa.bulletins.web import writing
from loa.bulletins.web.forms import DraftForm
from loa.kernel import clock
from loa.kernel.errors import NotFound, Refusal, WrongState
from loa.kernel.pages import DeskRequest, demand, needs
from loa.orgs.rules import ZONE


@require_POST
@needs("bulletins.write")
def new(request: DeskRequest) -> HttpResponse:
    """Keep what stands in the form of a new bulletin as a draft, and say where it is edited from now on."""
    form = DraftForm(request.POST, units=writing.speaking_units(request))
    if not form.is_valid() or form.chosen_unit is None:
        return _not_kept(form)
    title, text = _words(form)
    if not title:
        return _told({"message": _("There is nothing to save yet.")}, status=422)
    begun = queries.own_draft(request.scope, form.cleaned_data["draft"], int(request.scope.actor.id))
    if begun is not None and begun.current is not None:
        return _again(request, form, begun, begun.current)
    try:
        bulletin = commands.write(
            request.scope,
            form.chosen_unit,
            title=title,
            text=text,
            author_id=int(request.scope.actor.id),
            facts=form.facts(rules.Facts()),
            bulletin_id=form.cleaned_data["draft"],
            now=clock.now(),
        )
    except Refusal as refusal:
        return _refused(refusal)
    return _kept(request, bulletin)


@require_POST
@needs("bulletins.view")
def again(request: DeskRequest, bulletin_id: uuid.UUID) -> HttpResponse:
    """Keep what stands in the form of a draft. What waits for approval is not changed by the way."""
    bulletin = queries.get(request.scope, bulletin_id)
    demand(request.scope, "bulletins.write", path=bulletin.scope_path, place=bulletin.unit.name)
    current = bulletin.current
    if current is None:
        raise NotFound
    form = DraftForm(request.POST, former=current.facts)
    if not form.is_valid():
        return _not_kept(form)
    return _again(request, form, bulletin, current)


def _again(request: DeskRequest, form: DraftForm, bulletin: Bulletin, current: Revision) -> HttpResponse:
    try:
        if bulletin.state not in rules.SAVES_ITSELF:
            raise WrongState
        _keep(request, form, bulletin, current)
    except Refusal as refusal:
        return _refused(refusal)
    return _kept(request, bulletin)


def _keep(request: DeskRequest, form: DraftForm, bulletin: Bulletin, current: Revision) -> None:
    title, text = _words(form)
    facts = form.facts(current.facts)
    is_as_kept = (title or current.title, text, facts) == (current.title, current.text, current.facts)
    if is_as_kept and form.cleaned_data["edition"] in {None, bulletin.edition}:
        return
    fits = not current.voice or text == current.text  # a recording stays, spoken words are spoken anew
    commands.revise(
        request.scope,
        bulletin,
        title=title or current.title,
        text=text,
        clip_id=current.clip_id if fits else None,
        voice=current.voice if fits else "",
        facts=facts,
        edition=form.cleaned_data["edition"],
        now=clock.now(),
    )


def _words(form: DraftForm) -> tuple[str, str]:
    """Return title and text as they are kept; the first words of the text stand in for a title that is missing."""
    title, text = rules.line(form.cleaned_data["title"]), rules.body(form.cleaned_data["text"])
    return title or rules.working_title(text), text


def _kept(request: DeskRequest, bulletin: Bulletin) -> HttpResponse:
    me, now = int(request.scope.actor.id), clock.now()
    editing.seen(bulletin, user_id=me, now=now)
    return _told(
        {
            "saved": date_format(timezone.localtime(now, ZONE), "H:i"),
            "edition": bulletin.edition,
            "bulletin": str(bulletin.pk),
            "address": reverse("bulletins:edit", args=[bulletin.pk]),
            "autosave": reverse("bulletins:autosave", args=[bulletin.pk]),
            "others": editing.others(bulletin.pk, user_id=me, now=now),
        }
    )


def _not_kept(form: DraftForm) -> HttpResponse:
    said = [str(error) for errors in form.errors.values() for error in errors]
    return _told({"message": " ".join(said) or _("Please choose a unit.")}, status=422)


def _refused(refusal: Refusal) -> HttpResponse:
    return _told({"message": str(refusal), "code": refusal.code}, status=409)


def _told(about: Mapping[str, object], *, status: int = 200) -> HttpResponse:
    """Answer in JSON without a sign that a browser could take for markup: a message may repeat what was typed."""
    written = json.dumps(about).replace("<", r"\u003c").replace(">", r"\u003e")
    return HttpResponse(written, content_type="application/json", status=status)
