"""What a page may say of one person's listening: since when it was open, and which parts were played."""

from dataclasses import replace
from datetime import UTC, datetime

from django.core import signing

from loa.bulletins import rules
from loa.bulletins.models import Heard, Revision
from loa.kernel.scope import Scope

_SALT = "loa.bulletins.hearing"
_WHY = "a person's own listening"


def opened(scope: Scope, revision: Revision, *, now: datetime, token: str = "") -> str:
    """Return a token that says since when this person has had this wording before them; a former one goes on."""
    since = opened_at(scope, revision, token) or now
    told = {"revision": str(revision.pk), "user": scope.actor.id, "at": since.timestamp()}
    return signing.dumps(told, salt=_SALT)


def opened_at(scope: Scope, revision: Revision, token: str) -> datetime | None:
    """Return since when; None for a token that is not of this person and wording."""
    try:
        told = signing.loads(token, salt=_SALT)
    except signing.BadSignature:
        return None
    if (told["revision"], told["user"]) != (str(revision.pk), scope.actor.id):
        return None
    return datetime.fromtimestamp(told["at"], tz=UTC)


def hearing(
    scope: Scope, revision: Revision, *, token: str, spans: str = "", has_declared: bool = False, now: datetime
) -> rules.Hearing:
    """Return what is known of a person's listening: what was kept of it, with what the page adds.

    Without a good token nothing counts but what was kept.
    """
    since = opened_at(scope, revision, token)
    added = rules.parsed(spans) if since is not None else []
    found = rules.Hearing(
        way=rules.Way.DECLARED if has_declared and since is not None else rules.Way.PLAYED,
        opened_at=since or now,
        spans=added,
    )
    kept = Heard.objects.unscoped(_WHY).filter(revision=revision, user_id=_id(scope)).first()
    if kept is None:
        return found
    both = rules.merged([*added, *((begin, end) for begin, end in kept.spans)])
    return replace(found, opened_at=min(kept.opened_at, found.opened_at), spans=both)


def spans(scope: Scope, revision: Revision) -> str:
    """Return what was kept of a person's listening, as `rules.parsed` reads it."""
    kept = Heard.objects.unscoped(_WHY).filter(revision=revision, user_id=_id(scope)).first()
    return ",".join(f"{begin}-{end}" for begin, end in kept.spans) if kept is not None else ""


def _id(scope: Scope) -> int:
    return int(scope.actor.id) if scope.actor.id.isdecimal() else 0
