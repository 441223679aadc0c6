"""The word of a second person that somebody may speak live at night: which stands, and who can give one."""

from datetime import datetime

from loa.accounts import queries as accounts
from loa.kernel.scoped import ScopedQuerySet
from loa.orgs import queries as orgs
from loa.orgs.models import Unit
from loa.schedules.models import SpeechConsent

GIVE = "schedules.request"


def standing(unit: Unit, *, speaker_id: int, wakes: int, now: datetime) -> ScopedQuerySet[SpeechConsent]:
    """Return the unused words for this person at a unit that hold now and cover so many clusters, the oldest first."""
    found: ScopedQuerySet[SpeechConsent] = SpeechConsent.objects.unscoped("the caller checked the right to speak there")
    held = found.filter(unit=unit, speaker=speaker_id, airing=None, expires_at__gt=now, wakes__gte=wakes)
    return held.order_by("given_at", "pk")


def givers(unit: Unit, *, speaker_id: int) -> list[str]:
    """Return the names of those who can give their word at a unit, without whoever wants to speak."""
    able = orgs.holders_of([unit.pk], permission=GIVE)[unit.pk] - {speaker_id}
    return sorted(accounts.names_of(sorted(able)).values())
