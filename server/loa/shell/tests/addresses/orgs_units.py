"""Addresses of units and of their changes."""

from loa.orgs import commands as organizing
from loa.orgs.changes import Altering, Plan
from loa.orgs.rules import Role
from loa.orgs.tests import reorganising
from loa.shell.tests.addresses.kinds import NEIGHBOR, Desk


def post(world):
    return {"pk": organizing.open_post(world.system, world.commune, title="Chánh văn phòng", role="monitor").pk}


def commune(world):
    return {"code": world.commune.code}


def reorganisation(world, state="proposed"):
    plan = Plan(alters=[Altering(code=world.hamlet.code, name="Thôn Khác")])
    return {"pk": reorganising.at_commune(world, plan, state=state).pk}


def reorganisation_approved(world):
    return reorganisation(world, state="approved")


def reorganisation_in_force(world):
    return reorganisation(world, state="in_force")


def handover_list(world):
    return reorganisation(world, state="in_force") | {"form": "docx"}


def renaming(_world):
    return {"kind": "rename"}


ENTRIES = {
    "orgs:reorganisations": Desk(
        needs="orgs.reorganise", role=Role.ADMINISTRATOR, lacking=Role.OFFICER, has_object=False
    ),
    "orgs:reorganisation_new": Desk(
        needs="orgs.reorganise", role=Role.ADMINISTRATOR, lacking=Role.LEADER, has_object=False
    ),
    "orgs:reorganisation_compose": Desk(
        needs="orgs.reorganise",
        role=Role.ADMINISTRATOR,
        make=renaming,
        lacking=Role.LEADER,
        has_object=False,
        method="post",
        smuggled=({"unit": NEIGHBOR, "name": "Xã Khác"}, {"below": NEIGHBOR}),
    ),
    "orgs:reorganisation_reform": Desk(
        needs="orgs.reorganise",
        role=Role.ADMINISTRATOR,
        lacking=Role.MONITOR,
        has_object=False,
        method="post",
        smuggled=({"province": "26"},),
    ),
    "orgs:reorganisation": Desk(
        needs="orgs.reorganise", role=Role.ADMINISTRATOR, make=reorganisation, lacking=Role.LEADER
    ),
    "orgs:reorganisation_progress": Desk(
        needs="orgs.reorganise", role=Role.ADMINISTRATOR, make=reorganisation, lacking=Role.LEADER
    ),
    "orgs:reorganisation_rehearse": Desk(
        needs="orgs.reorganise", role=Role.ADMINISTRATOR, make=reorganisation, lacking=Role.LEADER, method="post"
    ),
    "orgs:reorganisation_place": Desk(
        needs="orgs.reorganise",
        role=Role.ADMINISTRATOR,
        make=reorganisation,
        lacking=Role.LEADER,
        method="post",
        data={"place-others": ""},
    ),
    "orgs:reorganisation_approve": Desk(
        needs="orgs.reorganise",
        role=Role.ADMINISTRATOR,
        make=reorganisation,
        lacking=Role.OFFICER,
        method="post",
        data={"plan": "0" * 64},
    ),
    "orgs:reorganisation_decline": Desk(
        needs="orgs.reorganise",
        role=Role.ADMINISTRATOR,
        make=reorganisation,
        lacking=Role.OFFICER,
        method="post",
        data={"note": "chưa rõ"},
    ),
    "orgs:reorganisation_withdraw": Desk(
        needs="orgs.reorganise", role=Role.ADMINISTRATOR, make=reorganisation, lacking=Role.LEADER, method="post"
    ),
    "orgs:reorganisation_undo": Desk(
        needs="orgs.reorganise",
        role=Role.ADMINISTRATOR,
        make=reorganisation_approved,
        lacking=Role.LEADER,
        method="post",
        data={"note": "hoãn"},
    ),
    "orgs:reorganisation_compensate": Desk(
        needs="orgs.reorganise",
        role=Role.ADMINISTRATOR,
        make=reorganisation_in_force,
        lacking=Role.LEADER,
        method="post",
    ),
    "orgs:reorganisation_handover": Desk(
        needs="orgs.reorganise", role=Role.ADMINISTRATOR, make=handover_list, lacking=Role.LEADER
    ),
    "orgs:units": Desk(needs="orgs.view", role=Role.OFFICER, has_object=False),
    "orgs:unit": Desk(needs="orgs.view", role=Role.OFFICER, make=commune),
    "orgs:units_import": Desk(
        needs="orgs.reorganise",
        role=Role.ADMINISTRATOR,
        lacking=Role.LEADER,
        has_object=False,
        method="post",
        smuggled=({"unit": NEIGHBOR, "source": "code,name,level,parent\n09037,Xã Khác,commune,251\n"},),
    ),
    "orgs:levels": Desk(needs="orgs.administer", role=Role.ADMINISTRATOR, lacking=Role.OFFICER, has_object=False),
    "orgs:level_end": Desk(
        needs="orgs.administer", role=Role.ADMINISTRATOR, lacking=Role.OFFICER, has_object=False, method="post"
    ),
}
