"""Changing units, rights and what goes with them: the room's one door for writes."""

from loa.orgs.commands.agencies import close_agency, open_agency, rename_agency
from loa.orgs.commands.delegating import delegate, end_delegation
from loa.orgs.commands.levels import add_level, end_level
from loa.orgs.commands.people import add_person, leave
from loa.orgs.commands.posts import appoint, close_post, open_post
from loa.orgs.commands.reorganising import (
    approve,
    carry_out,
    compensate,
    decline,
    keep_basis,
    place_people,
    propose,
    undo,
    withdraw_proposal,
)
from loa.orgs.commands.rights import extend, grant, withdraw
from loa.orgs.commands.roles import RoleWords, change_role, define_role, retire_role
from loa.orgs.commands.support import (
    Terms,
    accept_support,
    agree_to_support,
    begin_support,
    call_off_support,
    end_support,
    offer_support,
    refuse_support,
)
from loa.orgs.commands.units import add_hamlet, import_units, keep_units, keep_units_of_today

__all__ = [
    "RoleWords",
    "Terms",
    "accept_support",
    "add_hamlet",
    "add_level",
    "add_person",
    "agree_to_support",
    "appoint",
    "approve",
    "begin_support",
    "call_off_support",
    "carry_out",
    "change_role",
    "close_agency",
    "close_post",
    "compensate",
    "decline",
    "define_role",
    "delegate",
    "end_delegation",
    "end_level",
    "end_support",
    "extend",
    "grant",
    "import_units",
    "keep_basis",
    "keep_units",
    "keep_units_of_today",
    "leave",
    "offer_support",
    "open_agency",
    "open_post",
    "place_people",
    "propose",
    "refuse_support",
    "rename_agency",
    "retire_role",
    "undo",
    "withdraw",
    "withdraw_proposal",
]
