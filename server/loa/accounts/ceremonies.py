"""Steps that take two requests: begun in a browser, ended in the same one, soon and once."""

import uuid
from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any  # Any: facts are JSON

from loa.accounts import secrecy
from loa.accounts.models import Ceremony, User

LASTS = timedelta(minutes=5)
SETUP_LASTS = timedelta(minutes=20)


class Kind(StrEnum):
    """What a step is for."""

    SECOND = "second"
    PASSKEY = "passkey"
    NEW_PASSKEY = "new_passkey"
    NEW_TOTP = "new_totp"
    CARRY = "carry"
    PROVIDER = "provider"
    STRANGER = "stranger"
    LINK = "link"


SEVERAL = frozenset({Kind.CARRY, Kind.PROVIDER})
"""A browser has several tabs, and a person may confirm or come back in each. Of the others the last one counts."""

MOST = 5
"""How many of those a browser may have open."""


def browser_mark(session_key: str) -> str:
    """Return what a ceremony knows its browser by; the database never holds a key that opens a session."""
    return secrecy.digest(session_key, purpose="browser")


def begin(
    kind: Kind,
    *,
    session_key: str,
    user: User | None = None,
    facts: Mapping[str, Any] | None = None,
    lasts: timedelta = LASTS,
    now: datetime,
) -> Ceremony:
    """Begin a step in this browser; an earlier one of its kind is over."""
    mark = browser_mark(session_key)
    before = Ceremony.objects.filter(browser=mark, kind=kind.value)
    if kind in SEVERAL:
        kept = list(before.order_by("-created_at", "-pk").values_list("pk", flat=True)[: MOST - 1])
        before = before.exclude(pk__in=kept)
    before.delete()
    return Ceremony.objects.create(
        kind=kind.value, browser=mark, user=user, facts=dict(facts or {}), created_at=now, expires_at=now + lasts
    )


def find(kind: Kind, *, session_key: str | None, now: datetime, pk: str = "") -> Ceremony | None:
    """Return the step this browser is in the middle of, if its time is not over. `pk` may come from anywhere."""
    if not session_key:
        return None
    found = Ceremony.objects.select_related("user").filter(
        browser=browser_mark(session_key), kind=kind.value, expires_at__gt=now
    )
    if pk:
        try:
            found = found.filter(pk=uuid.UUID(pk))
        except ValueError:
            return None
    return found.order_by("-created_at", "-pk").first()


def prolong(ceremony: Ceremony, *, lasts: timedelta, now: datetime) -> None:
    """Let a step wait longer: something that takes its time stands before it."""
    Ceremony.objects.filter(pk=ceremony.pk).update(expires_at=now + lasts)


def end(ceremony: Ceremony) -> bool:
    """Use a step up; False when another request was faster."""
    return Ceremony.objects.filter(pk=ceremony.pk).delete()[0] == 1


def move(old_key: str, new_key: str) -> None:
    """Let the steps of a browser go on under its new session key."""
    Ceremony.objects.filter(browser=browser_mark(old_key)).update(browser=browser_mark(new_key))


def purge(*, now: datetime) -> int:
    """Forget steps whose time is over; return how many."""
    return Ceremony.objects.filter(expires_at__lte=now).delete()[0]
