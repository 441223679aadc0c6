"""The page on which a bulletin is written and heard."""

import uuid

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from loa.bulletins import commands, queries, rules
from loa.bulletins.models import Bulletin
from loa.bulletins.web import sounds
from loa.bulletins.web.forms import BulletinForm
from loa.kernel import clock
from loa.kernel.errors import Denied, DomainError, NotFound, WrongState
from loa.kernel.pages import DeskRequest, demand, needs
from loa.media import queries as media
from loa.media.rules import ClipFacts
from loa.orgs import queries as orgs
from loa.orgs.models import Unit

FIELD_OF = {
    "media_nothing_to_say": "text",
    "media_text_too_long": "text",
    "text_too_long": "text",
    "too_long_to_speak": "text",
    "no_title": "title",
}


@require_http_methods(["GET", "POST"])
@needs("bulletins.write")
def write(request: DeskRequest) -> HttpResponse:
    """Write a new bulletin: words in, sound out."""
    units = _speaking_units(request)
    if request.method == "GET":
        return _page(request, BulletinForm(units=units), status=200)
    form = BulletinForm(request.POST, request.FILES, units=units)
    if not form.is_valid() or form.chosen_unit is None:
        return _page(request, form, status=422)
    unit = form.chosen_unit
    try:
        sound = sounds.prepared(request.scope, unit, form)
        bulletin = commands.write(
            request.scope,
            unit,
            title=form.cleaned_data["title"],
            text=form.cleaned_data["text"],
            author_id=int(request.scope.actor.id),
            clip_id=sounds.kept(request.scope, unit, sound=sound, former=None),
            voice=sound.voice if sound else "",
            now=clock.now(),
        )
    except DomainError as refusal:
        return _refused(request, form, refusal)
    return _onward(request, bulletin)


@require_http_methods(["GET", "POST"])
@needs("bulletins.view")
def edit(request: DeskRequest, bulletin_id: uuid.UUID) -> HttpResponse:
    """Change a bulletin that is not decided yet, and hear it again."""
    bulletin = queries.get(request.scope, bulletin_id)
    demand(request.scope, "bulletins.write", path=bulletin.scope_path, place=bulletin.unit.name)
    if bulletin.state not in rules.EDITABLE:
        raise WrongState
    current = bulletin.current
    if current is None:
        raise NotFound
    clip = media.facts([current.clip_id]).get(current.clip_id) if current.clip_id else None
    has_recording = clip is not None and not clip.voice
    if request.method == "GET":
        initial = {
            "title": current.title,
            "text": current.text,
            "sound": BulletinForm.CLIP if has_recording else BulletinForm.SPEECH,
            "voice": current.voice,
        }
        return _page(
            request, BulletinForm(initial=initial, has_clip=has_recording), status=200, bulletin=bulletin, clip=clip
        )
    form = BulletinForm(request.POST, request.FILES, has_clip=has_recording)
    if not form.is_valid():
        return _page(request, form, status=422, bulletin=bulletin, clip=clip)
    try:
        sound = sounds.prepared(request.scope, bulletin.unit, form)
        clip_id = sounds.kept(request.scope, bulletin.unit, sound=sound, former=current.clip_id)
        commands.revise(
            request.scope,
            bulletin,
            title=form.cleaned_data["title"],
            text=form.cleaned_data["text"],
            clip_id=clip_id,
            voice=sound.voice if sound else "",
            now=clock.now(),
        )
    except DomainError as refusal:
        return _refused(request, form, refusal, bulletin=bulletin, clip=clip)
    return _onward(request, bulletin)


def _onward(request: DeskRequest, bulletin: Bulletin) -> HttpResponse:
    """Lead back to hear it, or on to where and when."""
    if request.POST.get("action") == "next":
        return redirect("bulletins:place", bulletin.pk)
    return redirect(reverse("bulletins:edit", args=[bulletin.pk]) + "#listen")


def _refused(
    request: DeskRequest,
    form: BulletinForm,
    refusal: DomainError,
    *,
    bulletin: Bulletin | None = None,
    clip: ClipFacts | None = None,
) -> HttpResponse:
    if isinstance(refusal, (NotFound, Denied)):
        raise refusal
    field = FIELD_OF.get(refusal.code)
    if field is None and refusal.code.startswith("media_"):
        field = "text" if form.is_spoken else "clip"
    form.add_error(field, str(refusal))
    return _page(request, form, status=409 if field is None else 422, bulletin=bulletin, clip=clip)


def _page(
    request: DeskRequest,
    form: BulletinForm,
    *,
    status: int,
    bulletin: Bulletin | None = None,
    clip: ClipFacts | None = None,
) -> HttpResponse:
    title = _("Edit the bulletin") if bulletin else _("New bulletin")
    facts = {"form": form, "bulletin": bulletin, "clip": clip, "title": title}
    return render(request, "bulletins/write.html", facts, status=status)


def _speaking_units(request: DeskRequest) -> list[Unit]:
    """Return the units in whose name the person may speak: where they hold the right, not what lies below."""
    roots = {root.removesuffix("!") for root in request.scope.roots("bulletins.write")}
    return list(orgs.choices_for(request.scope, "bulletins.write").filter(path__in=roots))
