"""What may stand behind an address."""

from dataclasses import dataclass, field

from loa.orgs.rules import Role


@dataclass(frozen=True, kw_only=True)
class Open:
    """An address that answers strangers; `why` says what keeps it harmless."""

    why: str
    statuses: frozenset
    method: str = "get"
    arguments: dict = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Own:
    """An address of the person who asks: nobody else's can be named."""

    method: str = "get"


@dataclass(frozen=True, kw_only=True)
class Desk:
    """An address of the desk. It asks for a right, `needs`, or who somebody is to the thing: `own` says what."""

    needs: str = ""
    own: str = ""
    role: Role
    make: object = None
    lacking: Role | None = None
    method: str = "get"
    data: dict = field(default_factory=dict)
    smuggled: tuple = ()
    has_object: bool = True


NEIGHBOR = "09037"
"""The code of the neighboring commune; see `orgs/tests/world.py`."""

HERE_ONLY = ({"unit": NEIGHBOR},)
