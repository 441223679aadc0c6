"""Addresses of the record."""

from loa.audit.tests.making import make_entry
from loa.orgs.rules import Role
from loa.shell.tests.addresses.kinds import Desk


def record_entry(world):
    return {"pk": make_entry(world.commune.path).pk}


def commune(world):
    return {"code": world.commune.code}


ENTRIES = {
    "audit:list": Desk(needs="audit.view", role=Role.ADMINISTRATOR, lacking=Role.OFFICER, has_object=False),
    "audit:entry": Desk(needs="audit.view", role=Role.ADMINISTRATOR, lacking=Role.OFFICER, make=record_entry),
    "audit:keep": Desk(needs="audit.view", role=Role.ADMINISTRATOR, lacking=Role.OFFICER, has_object=False),
    "audit:csv": Desk(needs="audit.view", role=Role.ADMINISTRATOR, lacking=Role.OFFICER, has_object=False),
    "audit:jsonl": Desk(needs="audit.view", role=Role.ADMINISTRATOR, lacking=Role.OFFICER, has_object=False),
}
