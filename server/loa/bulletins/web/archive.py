"""The archive: everything the units ever said, found by its words."""

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any  # Any: a streaming answer is no HttpResponse to the stubs

from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from loa.bulletins import naming, ports, queries, rules
from loa.bulletins.models import Bulletin, Category, Language
from loa.bulletins.rules import seeking, snippets, tables
from loa.bulletins.web import archive_filters
from loa.kernel import clock
from loa.kernel.pages import DeskRequest, needs
from loa.orgs import queries as orgs

PAGE_LENGTH = 30
PAGES_MOST = queries.DEEPEST // PAGE_LENGTH


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A result as the page shows it."""

    bulletin: Bulletin
    title: Sequence[snippets.Part]
    text: Sequence[snippets.Part]
    airings: int
    aired_at: datetime | None


@require_safe
@needs("bulletins.view")
def archive(request: DeskRequest) -> HttpResponse:
    """Search; with nothing asked, everything, the latest first."""
    now = clock.now()
    chosen = archive_filters.read(request.scope, request.GET)
    page = _page_number(request.GET.get("page", ""))
    found = queries.search(
        request.scope, chosen.words, chosen.filters, offset=(page - 1) * PAGE_LENGTH, limit=PAGE_LENGTH, now=now
    )
    airings = ports.airings_of([bulletin.pk for bulletin in found.bulletins], now=now)
    words = seeking.marked_words(found.asked)
    facts = {
        "rows": [_row(bulletin, words, airings.get(bulletin.pk)) for bulletin in found.bulletins],
        "words": chosen.words,
        "values": chosen.values,
        "address": chosen.address,
        "instead": " ".join(word for one in found.asked.wanted for word in one.folded) if found.instead else "",
        "page": page,
        "has_more": found.has_more and page < PAGES_MOST,
        "is_deepest": found.has_more and page >= PAGES_MOST,
        "may_bring": request.scope.holds("bulletins.write"),
        "may_take_out": request.scope.holds("bulletins.export"),
        "kinds": [(kind.value, words) for kind, words in naming.KINDS.items()],
        "units": list(orgs.choices_for(request.scope, "bulletins.view")),
        "states": list(rules.State),
        "categories": Category.objects.order_by("sort_order", "code"),
        "tongues": Language.objects.order_by("sort_order", "code"),
        "levels": orgs.levels(),
        "channels": naming.CHANNELS.items(),
    }
    return render(request, "bulletins/archive.html", facts)


@require_safe
@needs("bulletins.view")
def table(request: DeskRequest) -> Any:
    """Hand out what a search finds as CSV for people's spreadsheets."""
    chosen = archive_filters.read(request.scope, request.GET)
    now = clock.now()
    found = queries.listed(request.scope, chosen.words, chosen.filters, now=now)
    answer = StreamingHttpResponse(_lines(found), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="loa-archive.csv"'
    return answer


class _Echo:
    """A file that gives back what is written to it: the writer of CSV wants one."""

    def write(self, line: str) -> str:
        return line


def _lines(found: Iterator[Bulletin]) -> Iterator[str]:
    table = csv.writer(_Echo())
    yield "\ufeff"  # or spreadsheets read Vietnamese as something else
    yield table.writerow(
        [
            _("Title"),
            _("Unit"),
            _("Author"),
            _("State"),
            _("Field of information"),
            _("Written"),
            _("Changed"),
            _("Text"),
        ]
    )  # fmt: skip
    for one in found:
        category = one.current.category_id if one.current else None
        cells = (
            one.title, one.unit.name, one.author.full_name, one.state, category or "", _local(one.created_at),
            _local(one.changed_at), one.current.text if one.current else "",
        )  # fmt: skip
        yield table.writerow(tables.safe_cell(cell) for cell in cells)


def _local(at: datetime) -> str:
    return timezone.localtime(at).isoformat(sep=" ", timespec="minutes")


def _row(bulletin: Bulletin, words: frozenset[str], aired: tuple[int, datetime] | None) -> Row:
    return Row(
        bulletin=bulletin,
        title=snippets.snippet(bulletin.title, words),
        text=snippets.snippet(bulletin.current.text if bulletin.current else "", words),
        airings=aired[0] if aired else 0,
        aired_at=aired[1] if aired else None,
    )


def _page_number(text: str) -> int:
    return min(max(1, int(text)), PAGES_MOST) if text.isascii() and text.isdecimal() and len(text) < 6 else 1
