"""Changing units, rights and what goes with them: the room's one door for writes."""

from loa.orgs.commands.rights import add_person, grant, withdraw
from loa.orgs.commands.units import add_hamlet, import_units, keep_units

__all__ = ["add_hamlet", "add_person", "grant", "import_units", "keep_units", "withdraw"]
