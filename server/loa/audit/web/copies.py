"""Copies of the record that leave the program: CSV for people's tables, lines of JSON for machines."""

import csv as writer
import json
from collections.abc import Iterator

from django.db.models import QuerySet
from django.http import HttpResponse

from loa.audit import feed
from loa.audit.models import Entry

AT_MOST = 100_000
"""So many entries leave at once; older ones by naming earlier days."""

_COLUMNS = ("id", "at", "who", "actor", "origin", "action", "target", "unit", "result", "changes", "detail", "digest")
_BEGINS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def csv(found: QuerySet[Entry]) -> HttpResponse:
    """Return the entries as CSV that no spreadsheet takes for formulas."""
    answer = HttpResponse(content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="loa-record.csv"'
    answer.write("\ufeff")  # or spreadsheets read Vietnamese as something else
    table = writer.writer(answer)
    table.writerow(_COLUMNS)
    for one in _entries(found):
        table.writerow(
            safe(cell)
            for cell in (
                str(one.pk), one.at.isoformat(timespec="milliseconds"), one.actor_name,
                f"{one.actor_kind}:{one.actor_id}", one.origin, one.action, one.target, one.unit_path, one.result,
                str(one.changes), json.dumps(one.detail, ensure_ascii=False, sort_keys=True), one.digest,
            )
        )  # fmt: skip
    return answer


def lines(found: QuerySet[Entry]) -> HttpResponse:
    """Return the entries as a line of JSON each, as the feed tells them."""
    answer = HttpResponse(content_type="application/x-ndjson; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="loa-record.jsonl"'
    for one in _entries(found):
        answer.write(json.dumps(feed.told(one), ensure_ascii=False) + "\n")
    return answer


def safe(cell: str) -> str:
    """Return a cell's text with an apostrophe before what a spreadsheet would take for a formula."""
    return f"'{cell}" if cell.lstrip(" ").startswith(_BEGINS_A_FORMULA) else cell


def _entries(found: QuerySet[Entry]) -> Iterator[Entry]:
    return found[:AT_MOST].iterator(chunk_size=2_000)
