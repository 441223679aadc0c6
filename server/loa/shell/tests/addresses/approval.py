"""Addresses of the approval of bulletins."""

from loa.orgs.rules import Role
from loa.shell.tests.addresses.bulletins import waiting
from loa.shell.tests.addresses.kinds import Desk

ENTRIES = {
    "bulletins:heard": Desk(
        needs="bulletins.approve",
        role=Role.LEADER,
        make=waiting,
        lacking=Role.OFFICER,
        method="post",
        data={"number": "1", "spans": "0-4000"},
    ),
}
