"""Counting tries to sign in, in the database: every process and host counts together.

A stranger's try counts three times: for the name at this address, which closes after five; for the name from anywhere
and for the address, which only slow down. So nobody can close a person out by failing in their name. A browser in which
the person has signed in before has a count of its own, which no stranger touches.

A try is counted before the password is looked at and forgiven when it was right, so that a hundred tries at once get
no further than one after another.
"""

import math
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Greatest
from django.utils.crypto import salted_hmac

from loa.accounts import rules
from loa.accounts.models import SignInPace
from loa.accounts.refusals import LockedOut, NameTried, TooFast


def take(username: str, *, origin: str, device: str = "", now: datetime) -> None:
    """Count a try, or raise `LockedOut`, `TooFast` or `NameTried`. A name that nobody has is counted like any other.

    `device` tells a browser apart in which this person has signed in before; it must not be believed unchecked.
    """
    with transaction.atomic():
        # Always in this order, so that two tries at once never wait for each other
        address = _locked(_address_key(origin), now=now) if origin and not device else None
        name = _locked(_name_key(username), now=now) if not device else None
        here = _locked(_here_key(username, origin=origin, device=device), now=now)
        if address is not None and (wait := _remaining(address, now=now)):
            raise TooFast(seconds=math.ceil(wait.total_seconds()))
        if wait := _remaining(here, now=now):
            raise LockedOut(minutes=math.ceil(wait.total_seconds() / 60))
        if name is not None and (wait := _remaining(name, now=now)):
            raise NameTried(seconds=math.ceil(wait.total_seconds()))
        _count(here, now=now, closed=rules.closed_for(here.failures + 1))
        for row in (address, name):
            if row is not None:
                _count(row, now=now, closed=rules.waits(row.failures + 1))


def forgive(username: str, *, origin: str, device: str = "") -> None:
    """Forget the failures here after a right password, and the one just counted for the address and for the name."""
    with transaction.atomic():
        for key in () if device else (_address_key(origin), _name_key(username)):  # in the order of `take`
            SignInPace.objects.filter(pk=key).update(failures=Greatest(F("failures") - 1, 0), closed_until=None)
        SignInPace.objects.filter(pk=_here_key(username, origin=origin, device=device)).delete()


def purge(*, now: datetime) -> int:
    """Forget what is older than a day; return how many."""
    return SignInPace.objects.filter(last_at__lt=now - rules.FORGOTTEN_AFTER).delete()[0]


def _locked(key: str, *, now: datetime) -> SignInPace:
    SignInPace.objects.bulk_create([SignInPace(key=key, last_at=now)], ignore_conflicts=True)
    row = SignInPace.objects.select_for_update().get(pk=key)
    if row.last_at < now - rules.FORGOTTEN_AFTER:
        row.failures = 0
    return row


def _remaining(row: SignInPace, *, now: datetime) -> timedelta | None:
    if row.closed_until is None or row.closed_until <= now:
        return None
    return row.closed_until - now


def _count(row: SignInPace, *, now: datetime, closed: timedelta | None) -> None:
    row.failures += 1
    row.last_at = now
    row.closed_until = now + closed if closed else None
    row.save(update_fields=["failures", "last_at", "closed_until"])


def _name_key(username: str) -> str:
    return f"name:{_digest(username)}"


def _here_key(username: str, *, origin: str, device: str) -> str:
    return f"seen:{_digest(username, device)}" if device else f"here:{_digest(username, origin)}"


def _digest(*words: str) -> str:
    return salted_hmac("loa.accounts.pace", "\0".join(words), algorithm="sha256").hexdigest()


def _address_key(origin: str) -> str:
    return "from:" + origin[:64]
