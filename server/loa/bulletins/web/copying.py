"""One button each: yesterday's bulletin again, and the same one in another language."""

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from loa.bulletins import commands, queries
from loa.kernel import clock
from loa.kernel.errors import Refusal
from loa.kernel.pages import DeskRequest, demand, needs


@require_POST
@needs("bulletins.view")
def duplicate(request: DeskRequest, bulletin_id: uuid.UUID) -> HttpResponse:
    """Make a new draft of a bulletin, and lead to it."""
    bulletin = queries.get(request.scope, bulletin_id)
    demand(request.scope, "bulletins.write", path=bulletin.scope_path, place=bulletin.unit.name)
    try:
        made = commands.duplicate(request.scope, bulletin, author_id=int(request.scope.actor.id), now=clock.now())
    except Refusal as refusal:
        return _refused(request, bulletin_id, refusal)
    messages.success(request, _("A copy was made as a draft. Look at days and times in the text before you submit it."))
    return redirect("bulletins:edit", made.pk)


@require_POST
@needs("bulletins.view")
def version(request: DeskRequest, bulletin_id: uuid.UUID) -> HttpResponse:
    """Begin a bulletin in another language, and lead to it."""
    bulletin = queries.get(request.scope, bulletin_id)
    demand(request.scope, "bulletins.write", path=bulletin.scope_path, place=bulletin.unit.name)
    language = request.POST.get("language", "")
    try:
        made = commands.write_version(
            request.scope, bulletin, language=language, author_id=int(request.scope.actor.id), now=clock.now()
        )
    except Refusal as refusal:
        return _refused(request, bulletin_id, refusal)
    messages.success(request, _("A version was begun as a draft. Translate its words, then record them."))
    return redirect("bulletins:edit", made.pk)


def _refused(request: DeskRequest, bulletin_id: uuid.UUID, refusal: Refusal) -> HttpResponse:
    messages.error(request, str(refusal))
    return redirect("bulletins:detail", bulletin_id)
