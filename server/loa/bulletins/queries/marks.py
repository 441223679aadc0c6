"""Notes to passages of what was sent back."""

from collections.abc import Sequence
from dataclasses import dataclass

from loa.bulletins import rules
from loa.bulletins.models import Bulletin, Mark, Revision
from loa.kernel.scope import Scope


@dataclass(frozen=True, slots=True, kw_only=True)
class Marked:
    """The wording that was sent back last with notes to its passages, cut where these begin and end."""

    number: int
    marks: Sequence[Mark]
    pieces: Sequence[rules.Stretch]
    may_answer: bool


def marked(scope: Scope, bulletin: Bulletin) -> Marked | None:
    """Return the notes to passages of the wording that was sent back last, in the order of the text; None without any.

    The draft that follows it is written by them, and whoever approves it sees what became of them.
    """
    found = Mark.objects.within(scope, "bulletins.view").filter(revision__bulletin=bulletin)
    last = found.order_by("-revision__number").values_list("revision_id", flat=True).first()
    if last is None:
        return None
    told = found.filter(revision_id=last).select_related("made_by", "revision", "answer__answered_by")
    marks = list(told.order_by("begins", "ends", "pk"))
    revision = marks[0].revision
    return Marked(
        number=revision.number,
        marks=marks,
        pieces=rules.pieces(revision.text, [(mark.begins, mark.ends) for mark in marks]),
        may_answer=scope.can("bulletins.write", bulletin.unit.path),
    )


def sentences(revision: Revision) -> list[tuple[int, str, str]]:
    """Return the sentences of a wording, each with its number and its place as a form names it."""
    found = rules.sentences(revision.text)
    return [(number, f"{begin}-{end}", revision.text[begin:end]) for number, (begin, end) in enumerate(found, 1)]
