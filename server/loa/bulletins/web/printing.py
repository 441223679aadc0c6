"""Printed forms, handed out."""

import uuid

from django.http import Http404, HttpResponse
from django.views.decorators.http import require_safe

from loa.bulletins import papers, queries
from loa.bulletins.rules.renditions import PAPERS, Form
from loa.kernel.pages import DeskRequest, needs


@require_safe
@needs("bulletins.view")
def paper(request: DeskRequest, bulletin_id: uuid.UUID, form: str, suffix: str) -> HttpResponse:
    """Hand out a printed form as PDF, or its first page as a picture."""
    bulletin = queries.get(request.scope, bulletin_id)
    if form not in set(PAPERS) or bulletin.current is None:
        raise Http404
    kind = Form(form)
    words = queries.renditions(request.scope, bulletin)[kind].words
    bulletin.current.bulletin = bulletin
    sheet = papers.paper(bulletin.current, words)
    if suffix == "png":
        return HttpResponse(papers.picture(sheet), content_type="image/png")
    answer = HttpResponse(papers.pdf(sheet), content_type="application/pdf")
    answer.headers["Content-Disposition"] = f'inline; filename="{kind.value}-{bulletin.current.number}.pdf"'
    return answer
