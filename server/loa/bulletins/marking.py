"""Keeping the passages that were marked in a wording."""

from collections.abc import Sequence
from datetime import datetime

from loa.bulletins import rules
from loa.bulletins.models import Mark, Revision
from loa.bulletins.refusals import PassageUnknown
from loa.kernel.scope import Scope


def keep(scope: Scope, revision: Revision, passages: Sequence[rules.Passage], *, now: datetime) -> None:
    """Keep notes to passages of a wording; `PassageUnknown` when one is not in its text or says nothing."""
    refused = PassageUnknown(longest=rules.MARK_NOTE_LONGEST)
    if len(passages) > rules.MARKS_MOST:
        raise refused
    marks = []
    for passage in passages:
        note = rules.line(passage.note)
        if not note or len(note) > rules.MARK_NOTE_LONGEST or not rules.is_within(passage, revision.text):
            raise refused
        marks.append(
            Mark(
                revision=revision,
                begins=passage.begin,
                ends=passage.end,
                quote=revision.text[passage.begin : passage.end],
                note=note,
                made_by_id=int(scope.actor.id),
                made_at=now,
            )
        )
    Mark.objects.bulk_create(marks)
