"""Counting tries to sign in, by name and by address, in the database: every process and host counts together.

A try is counted before the password is looked at and forgiven when it was right, so that a hundred tries at once get
no further than one after another.
"""

import math
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.crypto import salted_hmac

from loa.accounts import rules
from loa.accounts.models import SignInPace
from loa.accounts.refusals import LockedOut, TooFast


def take(username: str, *, origin: str, now: datetime) -> None:
    """Count a try, or raise `LockedOut` or `TooFast`. A name that nobody has is counted like any other."""
    with transaction.atomic():
        address = _locked(_address_key(origin), now=now) if origin else None
        name = _locked(_name_key(username), now=now)
        if address is not None and (wait := _remaining(address, now=now)):
            raise TooFast(seconds=math.ceil(wait.total_seconds()))
        if wait := _remaining(name, now=now):
            raise LockedOut(minutes=math.ceil(wait.total_seconds() / 60))
        _count(name, now=now, closed=rules.closed_for(name.failures + 1))
        if address is not None:
            _count(address, now=now, closed=rules.address_waits(address.failures + 1))


def forgive(username: str, *, origin: str) -> None:
    """Forget the name's failures after a right password, and the one just counted for the address."""
    SignInPace.objects.filter(pk=_name_key(username)).delete()
    with transaction.atomic():
        address = SignInPace.objects.select_for_update().filter(pk=_address_key(origin)).first()
        if address is not None:
            address.failures = max(0, address.failures - 1)
            address.closed_until = None
            address.save(update_fields=["failures", "closed_until"])


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
    return "name:" + salted_hmac("loa.accounts.pace", username, algorithm="sha256").hexdigest()


def _address_key(origin: str) -> str:
    return "from:" + origin[:64]
