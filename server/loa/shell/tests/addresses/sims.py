"""Addresses of data use and its cost."""

from loa.orgs.rules import Role
from loa.shell.tests.addresses.devices import device
from loa.shell.tests.addresses.kinds import HERE_ONLY, Desk

ENTRIES = {
    "devices:data": Desk(needs="devices.view", role=Role.MONITOR, has_object=False, smuggled=HERE_ONLY),
    "devices:data_table": Desk(needs="devices.view", role=Role.MONITOR, has_object=False, smuggled=HERE_ONLY),
    "devices:data_of": Desk(needs="devices.view", role=Role.MONITOR, make=device),
}
