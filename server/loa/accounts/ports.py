"""What higher rooms tell this one: who has to have a second factor."""

from typing import Protocol

from django.conf import settings

from loa.accounts.models import User


class FactorPolicy(Protocol):
    """Tells whether somebody's rights need a second factor: who approves, warns or administers."""

    def __call__(self, user: User) -> bool:
        """Return whether this person must have one."""


_policy: list[FactorPolicy] = []


def require_factor_by(policy: FactorPolicy) -> None:
    """Name the one who knows what people may do; the orgs room takes this place when the program starts."""
    _policy[:] = [policy]


def needs_second_factor(user: User) -> bool:
    """Tell whether this person must have a second factor here. May ask the database, as the policy does."""
    if settings.LOA_SECOND_FACTOR != "required":
        return False
    return any(policy(user) for policy in _policy)
