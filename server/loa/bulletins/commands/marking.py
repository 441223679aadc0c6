"""Answering notes to passages."""

import uuid
from datetime import datetime

from loa.bulletins import rules
from loa.bulletins.models import Bulletin, Mark, MarkAnswer
from loa.bulletins.refusals import MarkAnswered, NoteTooLong, PersonNeeded
from loa.kernel.command import command, note
from loa.kernel.errors import NotFound
from loa.kernel.scope import ActorKind, Scope


@command("bulletins.write")
def answer_mark(scope: Scope, bulletin: Bulletin, /, *, mark_id: uuid.UUID, words: str, now: datetime) -> MarkAnswer:
    """Say that a note to a passage is dealt with, perhaps how; once. `NotFound`, `MarkAnswered`, `NoteTooLong`."""
    if scope.actor.kind is not ActorKind.PERSON or not scope.actor.id.isdecimal():
        raise PersonNeeded
    said = rules.line(words)
    if len(said) > rules.MARK_NOTE_LONGEST:
        raise NoteTooLong(longest=rules.MARK_NOTE_LONGEST)
    marks = Mark.objects.unscoped("the command checked the right").select_for_update(of=("self",))
    mark = marks.filter(pk=mark_id, revision__bulletin=bulletin).first()
    if mark is None:
        raise NotFound
    if MarkAnswer.objects.unscoped("as above").filter(mark=mark).exists():
        raise MarkAnswered
    answer: MarkAnswer = MarkAnswer.objects.create(
        mark=mark, words=said, answered_by_id=int(scope.actor.id), answered_at=now
    )
    note(mark=mark.pk)
    return answer
