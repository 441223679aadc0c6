"""A unit's dictionary as a file, out and in."""

from http import HTTPStatus

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from loa.kernel import clock
from loa.kernel.errors import Refusal
from loa.kernel.pages import DeskRequest, needs
from loa.media import commands, queries, refusals, wordlists
from loa.media.web.pronunciation import RIGHT, chosen_unit, own_units


@require_safe
@needs(RIGHT)
def hand_out(request: DeskRequest) -> HttpResponse:
    """Hand out a unit's own words as CSV."""
    unit = chosen_unit(request, own_units(request))
    entries = [entry for entry in queries.heard_at(unit) if entry.unit_id == unit.pk]
    answer = HttpResponse(wordlists.to_csv(entries), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="words-{unit.code}.csv"'
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Cache-Control"] = "private, no-store"
    return answer


@require_http_methods(["GET", "POST"])
@needs(RIGHT)
def take_in(request: DeskRequest) -> HttpResponse:
    """Take in a list of words."""
    unit = chosen_unit(request, own_units(request))
    if request.method == "GET":
        return render(request, "media/take_in_words.html", {"unit": unit, "refusal": ""})
    try:
        upload = request.FILES.get("file")
        if upload is None:
            raise refusals.NotWordList
        words = wordlists.from_csv(upload.read(wordlists.FILE_LONGEST_BYTES + 1))
        taken = commands.pronounce_all(request.scope, unit, words=words, now=clock.now())
    except Refusal as refusal:
        facts = {"unit": unit, "refusal": str(refusal)}
        return render(request, "media/take_in_words.html", facts, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    said = ngettext("%(count)s word was taken in.", "%(count)s words were taken in.", taken)
    messages.success(request, said % {"count": taken})
    return redirect(f"{reverse('media:pronunciations')}?unit={unit.code}")
