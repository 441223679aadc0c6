"""Addresses of the archive."""

from loa.orgs.rules import Role
from loa.shell.tests.addresses.kinds import Desk

ENTRIES = {
    "archive:search": Desk(needs="bulletins.view", role=Role.MONITOR, lacking=Role.TECHNICIAN, has_object=False),
    "archive:table": Desk(needs="bulletins.view", role=Role.MONITOR, lacking=Role.TECHNICIAN, has_object=False),
}
