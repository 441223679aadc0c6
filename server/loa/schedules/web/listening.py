"""What a page tells of listening: parts that were played, while it plays and with the decision."""

import uuid

from django.http import HttpResponse, JsonResponse
from django.views.decorators.http import require_POST

from loa.bulletins import commands as writing
from loa.bulletins import queries as bulletins
from loa.bulletins.models import Bulletin
from loa.bulletins.rules import Hearing, Way
from loa.kernel import clock
from loa.kernel.errors import DomainError, NotFound
from loa.kernel.pages import DeskRequest, demand, needs

SPANS_LONGEST = 4_000


@require_POST
@needs("bulletins.view")
def heard(request: DeskRequest, bulletin_id: uuid.UUID) -> HttpResponse:
    """Keep which parts of the sound the page has played; answer how much of it that is in all."""
    bulletin = bulletins.get(request.scope, bulletin_id)
    demand(request.scope, "bulletins.approve", path=bulletin.scope_path, place=bulletin.unit.name)
    number = request.POST.get("number", "")
    try:
        pct = writing.listen(
            request.scope,
            bulletin,
            number=int(number) if number.isascii() and number.isdecimal() and len(number) < 9 else 0,
            hearing=given(request, bulletin),
            now=clock.now(),
        )
    except NotFound:
        raise
    except DomainError as refusal:
        return JsonResponse({"code": refusal.code, "words": str(refusal)}, status=409)
    return JsonResponse({"pct": pct})


def given(request: DeskRequest, bulletin: Bulletin) -> Hearing:
    """Return what the request and what was kept before tell of this person's listening to the present wording."""
    now = clock.now()
    if bulletin.current is None:
        return Hearing(way=Way.PLAYED, opened_at=now)
    return bulletins.hearing(
        request.scope,
        bulletin.current,
        token=request.POST.get("opened", ""),
        spans=request.POST.get("spans", "")[:SPANS_LONGEST],
        has_declared=bool(request.POST.get("declared")),
        now=now,
    )
