"""What higher rooms tell this one: who has to have a second factor, and whose account is in whose hands."""

from typing import Protocol

from django.conf import settings

from loa.accounts.models import User
from loa.kernel.scope import Scope


class FactorPolicy(Protocol):
    """Tells whether somebody's rights need a second factor: who approves, warns or administers."""

    def __call__(self, user: User) -> bool:
        """Return whether this person must have one."""


class ReachPolicy(Protocol):
    """Tells whether who asks reaches all that a person may do: else who changes an account takes what it opens."""

    def __call__(self, scope: Scope, user: User, *, opens: bool) -> None:
        """Raise a refusal when the person has, or is going to have, a right beyond who asks.

        With `opens` whoever is handed the account could act as the person; then no right may be more than one's own.
        """


_policy: list[FactorPolicy] = []
_reach: list[ReachPolicy] = []


def require_factor_by(policy: FactorPolicy) -> None:
    """Name the one who knows what people may do; the orgs room takes this place when the program starts."""
    _policy[:] = [policy]


def needs_second_factor(user: User) -> bool:
    """Tell whether this person must have a second factor here. May ask the database, as the policy does."""
    if settings.LOA_SECOND_FACTOR != "required":
        return False
    return any(policy(user) for policy in _policy)


def reach_by(policy: ReachPolicy) -> None:
    """Name the one who knows what people may do and where; the orgs room takes this place when the program starts."""
    _reach[:] = [policy]


def demand_reach(scope: Scope, user: User, *, opens: bool) -> None:
    """Refuse to change the account of somebody who has a right, now or later, beyond who asks."""
    for policy in _reach:
        policy(scope, user, opens=opens)
