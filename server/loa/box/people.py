"""The operator's hand on accounts: the first administrator, and a way back in."""

import secrets

from loa.accounts import commands as accounts
from loa.accounts.models import User
from loa.box.saying import Refused
from loa.kernel import clock
from loa.kernel import scope as scopes
from loa.kernel.errors import DomainError
from loa.orgs import commands as orgs
from loa.orgs import queries as units
from loa.orgs.rules import Role

_SCOPE = scopes.system("operator")
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"


def add(username: str, *, name: str, role: str, unit: str) -> str:
    """Open an account with a role at a unit; return its password."""
    try:
        wanted = Role(role)
    except ValueError as unknown:
        raise Refused("There is no role “%(role)s”.", role=role) from unknown
    password = new_password()
    try:
        place = units.unit_by_code(_SCOPE, unit)
        orgs.add_person(_SCOPE, place, username=username, full_name=name, password=password, role=wanted)
    except DomainError as refusal:
        raise Refused("%(why)s", why=refusal) from refusal
    return password


def reset(username: str) -> str:
    """Set a new password for an account; return it."""
    user = User.objects.filter(username=username).first()
    if user is None:
        raise Refused("There is no account “%(name)s”.", name=username)
    password = new_password()
    accounts.reset_password(_SCOPE, user, password=password, now=clock.now())
    return password


def reset_factors(username: str) -> None:
    """Take the second factors of an account away: the phone is lost, and nobody is left to reset them from a page."""
    user = User.objects.filter(username=username).first()
    if user is None:
        raise Refused("There is no account “%(name)s”.", name=username)
    accounts.reset_factors(_SCOPE, user)


def new_password() -> str:
    """Return a password that can be read out over a telephone: about 59 bits."""
    return "-".join("".join(secrets.choice(_LETTERS) for _ in range(4)) for _ in range(3))
