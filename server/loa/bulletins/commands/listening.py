"""Keeping how far who decides has listened."""

from datetime import datetime

from loa.bulletins import holding, rules
from loa.bulletins.models import Bulletin, Heard
from loa.bulletins.refusals import PersonNeeded, RevisionChanged
from loa.kernel.command import command, note
from loa.kernel.errors import NotFound
from loa.kernel.scope import ActorKind, Scope
from loa.media import queries as media


@command("bulletins.approve")
def listen(scope: Scope, bulletin: Bulletin, /, *, number: int, hearing: rules.Hearing, now: datetime) -> int:
    """Keep what a page has played of the present wording; return how much of it that is in all, in percent.

    `RevisionChanged` when another wording stands by now.
    """
    if scope.actor.kind is not ActorKind.PERSON or not scope.actor.id.isdecimal():
        raise PersonNeeded
    current = holding.current(holding.hold(bulletin))
    if current.number != number:
        raise RevisionChanged
    clip = media.facts([current.clip_id]).get(current.clip_id) if current.clip_id is not None else None
    if clip is None:
        raise NotFound
    mine = Heard.objects.unscoped("a person's own listening").filter(revision=current, user_id=int(scope.actor.id))
    kept = mine.first() or Heard(revision=current, user_id=int(scope.actor.id), opened_at=hearing.opened_at, spans=[])
    kept.opened_at, kept.changed_at = min(kept.opened_at, hearing.opened_at), now
    kept.spans = rules.merged(
        [*hearing.spans, *((begin, end) for begin, end in kept.spans)], duration_ms=clip.duration_ms
    )
    kept.save()
    whole = rules.Hearing(way=rules.Way.PLAYED, opened_at=kept.opened_at, spans=kept.spans)
    pct = min(100, rules.heard_pct(whole, duration_ms=clip.duration_ms, now=now))
    note(number=number, heard_pct=pct)
    return pct
