"""The word of a second person that somebody may speak live at night: which stands, and who can give one."""

import uuid
from collections.abc import Iterable
from datetime import datetime

from loa.accounts import queries as accounts
from loa.accounts.models import User
from loa.kernel.errors import NotFound
from loa.kernel.scope import Scope
from loa.kernel.scoped import ScopedQuerySet
from loa.orgs import queries as orgs
from loa.orgs.models import Unit
from loa.schedules.models import SpeechConsent

GIVE = "schedules.request"
_WHY = "the caller checked the right to speak there"


def standing(unit: Unit, *, speaker_id: int, wakes: int, now: datetime) -> ScopedQuerySet[SpeechConsent]:
    """Return the unused words for this person at a unit that hold now and cover so many clusters, the oldest first."""
    held = _open(now=now).filter(unit=unit, speaker=speaker_id, wakes__gte=wakes)
    return held.select_related("unit", "given_by").order_by("given_at", "pk")


def counting(given: Iterable[SpeechConsent]) -> SpeechConsent | None:
    """Return the first of these whose giver could still give it; None when nobody's word counts any more."""
    return next((one for one in given if _may_give(one.given_by, one)), None)


def given_by(scope: Scope, unit: Unit, *, now: datetime) -> list[SpeechConsent]:
    """Return what this person agreed to at a unit and can still take back, the latest first."""
    if not scope.actor.id.isdecimal():
        return []
    own = _open(now=now).filter(unit=unit, given_by=int(scope.actor.id))
    return list(own.select_related("unit", "speaker").order_by("-given_at", "-pk"))


def get(scope: Scope, consent_id: uuid.UUID) -> SpeechConsent:
    """Return a word that was given where this person may give one; `NotFound`."""
    found: ScopedQuerySet[SpeechConsent] = SpeechConsent.objects.within(scope, GIVE).select_related("unit")
    one = found.filter(pk=consent_id).first()
    if one is None:
        raise NotFound
    return one


def givers(unit: Unit, *, speaker_id: int) -> list[str]:
    """Return the names of those who can give their word at a unit, without whoever wants to speak."""
    able = orgs.holders_of([unit.pk], permission=GIVE)[unit.pk] - {speaker_id}
    return sorted(accounts.names_of(sorted(able)).values())


def _open(*, now: datetime) -> ScopedQuerySet[SpeechConsent]:
    found: ScopedQuerySet[SpeechConsent] = SpeechConsent.objects.unscoped(_WHY)
    return found.filter(airing=None, taken_back_at=None, expires_at__gt=now)


def _may_give(giver: User, consent: SpeechConsent) -> bool:
    """Tell whether a person holds the right by now, and not only as somebody who helps from outside."""
    theirs = orgs.scope_for(giver)
    return not theirs.support and theirs.can(GIVE, consent.scope_path)
