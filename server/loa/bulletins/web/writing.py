"""The page on which a bulletin is written and heard."""

import uuid
from collections.abc import Sequence

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from loa.bulletins import commands, editing, naming, queries, rules
from loa.bulletins.models import Bulletin
from loa.bulletins.refusals import EditedMeanwhile
from loa.bulletins.web import conflicts, fields, reading, sounds, voicing
from loa.bulletins.web.forms import BulletinForm
from loa.kernel import clock
from loa.kernel.errors import NotFound, Refusal, WrongState
from loa.kernel.pages import DeskRequest, demand, needs
from loa.media import queries as media
from loa.media.rules import ClipFacts
from loa.orgs import queries as orgs
from loa.orgs.models import Unit
from loa_protocol import uuid7

FIELD_OF = {
    "media_nothing_to_say": "text",
    "media_text_too_long": "text",
    "text_too_long": "text",
    "too_long_to_speak": "text",
    "no_title": "title",
    "fixed_form": "text",
    "category_needed": "category",
    "category_unknown": "category",
    "language_unknown": "language",
    "abstract_too_long": "abstract",
    "byline_too_long": "byline",
    "valid_backwards": "valid_until",
}


@require_http_methods(["GET", "POST"])
@needs("bulletins.write")
def write(request: DeskRequest) -> HttpResponse:
    """Write a new bulletin: words in, sound out."""
    units = speaking_units(request)
    if request.method == "GET":
        begun = {"draft": uuid7.make()}
        return _page(request, BulletinForm(units=units, initial=fields.initial(rules.Facts()) | begun), status=200)
    form = BulletinForm(request.POST, request.FILES, units=units)
    if not form.is_valid() or form.chosen_unit is None:
        return _page(request, form, status=422)
    begun_already = queries.own_draft(request.scope, form.cleaned_data["draft"], int(request.scope.actor.id))
    if begun_already is not None:
        return _changed(request, form, begun_already, clip=None)
    unit = form.chosen_unit
    try:
        sound = sounds.prepared(request.scope, unit, form)
        bulletin = commands.write(
            request.scope,
            unit,
            title=form.cleaned_data["title"],
            text=form.cleaned_data["text"],
            author_id=int(request.scope.actor.id),
            clip_id=sounds.kept(request.scope, unit, sound=sound, former=form.kept_clip),
            voice=sound.voice if sound else "",
            facts=form.facts(rules.Facts()),
            bulletin_id=form.cleaned_data["draft"],
            now=clock.now(),
        )
    except Refusal as refusal:
        return _refused(request, form, refusal)
    return _onward(request, bulletin)


def begun_with(request: DeskRequest, *, title: str, text: str, notes: Sequence[str | Promise]) -> HttpResponse:
    """Show the page of a new bulletin with words that came from elsewhere, and what to know of them."""
    initial = fields.initial(rules.Facts()) | {"draft": uuid7.make(), "title": title, "text": text}
    form = BulletinForm(units=speaking_units(request), initial=initial)
    return _page(request, form, status=200, notes=notes)


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
    has_recording = clip is not None and clip.source != "speech"
    former = current.facts
    if request.method == "GET":
        editing.seen(bulletin, user_id=int(request.scope.actor.id), now=clock.now())
        initial = fields.initial(former) | {
            "title": current.title,
            "text": current.text,
            "sound": BulletinForm.CLIP if has_recording else BulletinForm.SPEECH,
            **voicing.chosen(clip),
            "edition": bulletin.edition,
        }
        form = BulletinForm(initial=initial, has_clip=has_recording, former=former, readers=[bulletin.unit])
        if current.requester:
            form.fix_words()
        return _page(request, form, status=200, bulletin=bulletin, clip=clip)
    form = BulletinForm(request.POST, request.FILES, has_clip=has_recording, former=former, readers=[bulletin.unit])
    if not form.is_valid():
        return _page(request, form, status=422, bulletin=bulletin, clip=clip)
    return _changed(request, form, bulletin, clip=clip)


def _changed(request: DeskRequest, form: BulletinForm, bulletin: Bulletin, *, clip: ClipFacts | None) -> HttpResponse:
    """Save the form over the edition it was opened with; when there is a newer one, show both."""
    edition, clip_id = form.cleaned_data["edition"], form.kept_clip
    if edition is not None and edition != bulletin.edition and form.upload is None:
        return conflicts.page(request, form, bulletin, clip_id=clip_id)
    former = bulletin.current
    if former is None:
        raise NotFound
    try:
        sound = sounds.prepared(request.scope, bulletin.unit, form)
        clip_id = sounds.kept(request.scope, bulletin.unit, sound=sound, former=clip_id or former.clip_id)
        commands.revise(
            request.scope,
            bulletin,
            title=form.cleaned_data["title"],
            text=form.cleaned_data["text"],
            clip_id=clip_id,
            voice=sound.voice if sound else "",
            facts=form.facts(former.facts),
            edition=edition,
            now=clock.now(),
        )
    except EditedMeanwhile:
        there = queries.get(request.scope, bulletin.pk)
        return conflicts.page(request, form, there, clip_id=None if form.is_spoken else clip_id)
    except Refusal as refusal:
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
    refusal: Refusal,
    *,
    bulletin: Bulletin | None = None,
    clip: ClipFacts | None = None,
) -> HttpResponse:
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
    notes: Sequence[str | Promise] = (),
) -> HttpResponse:
    me = int(request.scope.actor.id)
    kind = form["kind"].value() or rules.Kind.NOTICE
    facts = {
        "form": form,
        "bulletin": bulletin,
        "clip": clip,
        "notes": notes,
        "title": _("Edit the bulletin") if bulletin else _("New bulletin"),
        "others": editing.others(bulletin.pk, user_id=me, now=clock.now()) if bulletin else [],
        "kind_name": naming.kind_name(kind) if kind in set(rules.Kind) else "",
        "read": reading.read_out(form, bulletin.unit if bulletin else form.first_unit),
        "may_pronounce": request.scope.holds("media.pronounce"),
        "facts_open": any(form.has_error(name) for name in fields.FACT_FIELDS),
        "is_unsaved": form.is_bound,
        **_latest(request, bulletin),
        "marked": queries.marked(request.scope, bulletin) if bulletin else None,
        "saves_itself": bulletin is None or bulletin.state in rules.SAVES_ITSELF,
    }
    return render(request, "bulletins/write.html", facts, status=status)


def _latest(request: DeskRequest, bulletin: Bulletin | None) -> dict[str, object]:
    """Return what the person wrote last, for a new form: what a device kept of it has arrived and is not offered."""
    mine = queries.mine(request.scope, int(request.scope.actor.id)) if bulletin is None else None
    latest = mine.order_by("-created_at", "-pk").first() if mine is not None else None
    if latest is None or latest.current is None:
        return {}
    return {"latest": latest, "latest_length": len(rules.line(latest.current.text))}


def speaking_units(request: DeskRequest) -> list[Unit]:
    """Return the units in whose name the person may speak: where they hold the right, not what lies below."""
    roots = {root.removesuffix("!") for root in request.scope.roots("bulletins.write")}
    return list(orgs.choices_for(request.scope, "bulletins.write").filter(path__in=roots))
