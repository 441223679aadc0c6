"""Passages that were marked on a page, and the author's answers to them."""

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from loa.bulletins import commands as writing
from loa.bulletins import queries as bulletins
from loa.bulletins.rules import Passage, parsed_passage
from loa.kernel import clock
from loa.kernel.errors import Refusal
from loa.kernel.pages import DeskRequest, demand, needs
from loa.schedules.web.views import page

NOWHERE = Passage(begin=0, end=0, note="")


@require_POST
@needs("bulletins.view")
def answer(request: DeskRequest, bulletin_id: uuid.UUID, mark_id: uuid.UUID) -> HttpResponse:
    """Tick a note to a passage off, perhaps with a word on how."""
    bulletin = bulletins.get(request.scope, bulletin_id)
    demand(request.scope, "bulletins.write", path=bulletin.scope_path, place=bulletin.unit.name)
    try:
        writing.answer_mark(
            request.scope, bulletin, mark_id=mark_id, words=request.POST.get("words", ""), now=clock.now()
        )
    except Refusal as refusal:
        return page(request, request.scope, bulletin, status=409, refusal=str(refusal))
    messages.success(request, _("The note is ticked off."))
    return redirect("bulletins:edit" if request.POST.get("back") == "edit" else "bulletins:detail", bulletin.pk)


def given(request: DeskRequest) -> list[Passage]:
    """Return the passages a form names; rows without a note and a chosen passage were not used.

    A place that is no place stays in, so that it is refused and not lost.
    """
    rows = zip(request.POST.getlist("mark"), request.POST.getlist("mark_note"), strict=False)
    return [parsed_passage(place, note) or NOWHERE for place, note in rows if place.strip() and note.strip()]
