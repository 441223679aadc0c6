"""Changing units, rights and what goes with them: the room's one door for writes."""

from loa.orgs.commands.reorganising import (
    approve,
    carry_out,
    compensate,
    decline,
    place_people,
    propose,
    undo,
    withdraw_proposal,
)
from loa.orgs.commands.rights import add_person, grant, withdraw
from loa.orgs.commands.units import add_hamlet, import_units, keep_units

__all__ = [
    "add_hamlet",
    "add_person",
    "approve",
    "carry_out",
    "compensate",
    "decline",
    "grant",
    "import_units",
    "keep_units",
    "place_people",
    "propose",
    "undo",
    "withdraw",
    "withdraw_proposal",
]
