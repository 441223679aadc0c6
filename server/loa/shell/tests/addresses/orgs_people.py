"""Addresses of people, roles, agencies, posts and support."""

from datetime import timedelta

from loa.accounts.models import UserSession
from loa.kernel import clock
from loa.orgs import commands as organizing
from loa.orgs import queries as orgs
from loa.orgs.rules import Role
from loa.orgs.tests import supporting
from loa.orgs.tests.world import make_user
from loa.shell.tests.addresses.kinds import NEIGHBOR, Desk, Own


def person(world):
    return {"pk": world.officer_user.pk}


def role_held(world):
    return {"pk": orgs.grants_of([world.officer_user.pk])[0].pk}


def lent(world):
    """The officer's role, lent to a colleague."""
    colleague = make_user("nguoithay", "Ngô Thị Thay", unit=world.commune)
    held = orgs.grants_of([world.officer_user.pk])[0]
    now = clock.now()
    given = organizing.delegate(world.officer, held, to=colleague, until=now + timedelta(days=1), reason="họp", now=now)
    return {"pk": given.pk}


def own_role(world):
    words = organizing.RoleWords(name_vi="Thư ký", name_en="Clerk", permissions={"orgs.view"})
    return {"code": organizing.define_role(world.system, world.commune, code="clerk", words=words).code}


def agency(world):
    return {"pk": organizing.open_agency(world.system, world.commune, kind="office", name="Văn phòng").pk}


def post(world):
    return {"pk": organizing.open_post(world.system, world.commune, title="Chánh văn phòng", role="monitor").pk}


def support(world):
    kept = supporting.open_support(
        world.administrator, world.commune, supporter=world.technician_user, role="technician", reason="sửa loa",
        minutes=60, now=clock.now(),
    )  # fmt: skip
    return {"pk": kept.pk}


def request_to(world, *, helped=None):
    kept = supporting.offer(
        world.administrator, world.commune, supporter=world.technician_user if helped else world.officer_user,
        role="technician", reason="sửa loa", minutes=60, now=clock.now(), helped=helped,
    )  # fmt: skip
    return {"pk": kept.pk}


def request_for_the_officer(world):
    return request_to(world, helped=world.officer_user)


def commune(world):
    return {"code": world.commune.code}


def session(world):
    now = clock.now()
    kept = UserSession.objects.create(session_key="another", user=world.officer_user, created_at=now, seen_at=now)
    return {"pk": kept.pk}


ENTRIES = {
    "orgs:people": Desk(needs="accounts.administer", role=Role.ADMINISTRATOR, lacking=Role.OFFICER, has_object=False),
    "orgs:add": Desk(
        needs="orgs.administer",
        role=Role.ADMINISTRATOR,
        lacking=Role.LEADER,
        has_object=False,
        method="post",
        smuggled=({"unit": NEIGHBOR, "full_name": "Lý Mới", "username": "moi", "role": "officer"},),
    ),
    "orgs:person": Desk(needs="accounts.administer", role=Role.ADMINISTRATOR, make=person, lacking=Role.MONITOR),
    "orgs:grant": Desk(
        needs="orgs.administer",
        role=Role.ADMINISTRATOR,
        make=person,
        lacking=Role.OFFICER,
        method="post",
        smuggled=({"unit": NEIGHBOR, "role": "leader"},),
    ),
    "orgs:deactivate": Desk(
        needs="accounts.administer", role=Role.ADMINISTRATOR, make=person, lacking=Role.LEADER, method="post"
    ),
    "orgs:reactivate": Desk(
        needs="accounts.administer", role=Role.ADMINISTRATOR, make=person, lacking=Role.LEADER, method="post"
    ),
    "orgs:reset_factors": Desk(
        needs="accounts.administer", role=Role.ADMINISTRATOR, make=person, lacking=Role.LEADER, method="post"
    ),
    "orgs:invite": Desk(
        needs="accounts.administer", role=Role.ADMINISTRATOR, make=person, lacking=Role.LEADER, method="post"
    ),
    "orgs:reset": Desk(
        needs="accounts.administer", role=Role.ADMINISTRATOR, make=person, lacking=Role.LEADER, method="post"
    ),
    "orgs:withdraw": Desk(
        needs="orgs.administer", role=Role.ADMINISTRATOR, make=role_held, lacking=Role.LEADER, method="post"
    ),
    "orgs:extend": Desk(
        needs="orgs.administer", role=Role.ADMINISTRATOR, make=role_held, lacking=Role.LEADER, method="post"
    ),
    "orgs:person_rights": Desk(needs="accounts.administer", role=Role.ADMINISTRATOR, make=person, lacking=Role.MONITOR),
    "orgs:leave": Desk(
        needs="accounts.administer", role=Role.ADMINISTRATOR, make=person, lacking=Role.LEADER, method="post"
    ),
    "orgs:roles": Desk(needs="orgs.define_roles", role=Role.ADMINISTRATOR, lacking=Role.OFFICER, has_object=False),
    "orgs:role_add": Desk(
        needs="orgs.define_roles",
        role=Role.ADMINISTRATOR,
        lacking=Role.LEADER,
        has_object=False,
        method="post",
        smuggled=({"unit": NEIGHBOR, "code": "x2", "name_vi": "X", "name_en": "X", "permissions": "orgs.view"},),
    ),
    "orgs:role": Desk(needs="orgs.define_roles", role=Role.ADMINISTRATOR, make=own_role, lacking=Role.MONITOR),
    "orgs:role_change": Desk(needs="orgs.define_roles", role=Role.ADMINISTRATOR, make=own_role, lacking=Role.MONITOR),
    "orgs:role_retire": Desk(
        needs="orgs.define_roles", role=Role.ADMINISTRATOR, make=own_role, lacking=Role.LEADER, method="post"
    ),
    "orgs:agencies": Desk(needs="orgs.administer", role=Role.ADMINISTRATOR, lacking=Role.OFFICER, has_object=False),
    "orgs:agency_add": Desk(
        needs="orgs.administer",
        role=Role.ADMINISTRATOR,
        lacking=Role.LEADER,
        has_object=False,
        method="post",
        smuggled=({"unit": NEIGHBOR, "kind": "office", "name": "Văn phòng"},),
    ),
    "orgs:agency": Desk(needs="orgs.administer", role=Role.ADMINISTRATOR, make=agency, lacking=Role.MONITOR),
    "orgs:agency_rename": Desk(
        needs="orgs.administer", role=Role.ADMINISTRATOR, make=agency, lacking=Role.LEADER, method="post"
    ),
    "orgs:agency_close": Desk(
        needs="orgs.administer", role=Role.ADMINISTRATOR, make=agency, lacking=Role.LEADER, method="post"
    ),
    "orgs:post_add": Desk(
        needs="orgs.administer",
        role=Role.ADMINISTRATOR,
        make=agency,
        lacking=Role.LEADER,
        method="post",
        smuggled=({"unit": NEIGHBOR, "title": "Chánh văn phòng", "role": "monitor", "seats": "1"},),
    ),
    "orgs:appoint": Desk(
        needs="orgs.administer",
        role=Role.ADMINISTRATOR,
        make=post,
        lacking=Role.LEADER,
        method="post",
        smuggled=({"username": "canbo2"},),
    ),
    "orgs:post_close": Desk(
        needs="orgs.administer", role=Role.ADMINISTRATOR, make=post, lacking=Role.LEADER, method="post"
    ),
    "orgs:rights": Desk(
        needs="orgs.administer",
        role=Role.ADMINISTRATOR,
        lacking=Role.OFFICER,
        has_object=False,
        smuggled=({"unit": NEIGHBOR, "permission": "orgs.view"},),
    ),
    "orgs:support": Desk(needs="orgs.view", role=Role.OFFICER, has_object=False),
    "orgs:support_add": Desk(
        needs="orgs.administer",
        role=Role.ADMINISTRATOR,
        lacking=Role.LEADER,
        has_object=False,
        method="post",
        smuggled=(
            {
                "unit": NEIGHBOR,
                "username": "kythuat",
                "role": "monitor",
                "reason": "thử",
                "minutes": "60",
                "is_on_behalf": "on",
            },
        ),
    ),
    "orgs:support_session": Desk(needs="orgs.view", role=Role.MONITOR, make=support),
    "orgs:support_end": Desk(own="either side of the session", role=Role.ADMINISTRATOR, make=support, method="post"),
    "orgs:support_agree": Desk(own="who is helped", role=Role.OFFICER, make=request_for_the_officer, method="post"),
    "orgs:support_accept": Desk(own="who was asked to help", role=Role.OFFICER, make=request_to, method="post"),
    "orgs:support_refuse": Desk(own="either of both", role=Role.OFFICER, make=request_to, method="post"),
    "orgs:support_call_off": Desk(
        needs="orgs.administer", role=Role.ADMINISTRATOR, lacking=Role.LEADER, make=request_to, method="post"
    ),
    "orgs:stand_ins": Own(),
    "orgs:stand_in_end": Desk(own="who lent or was lent it", role=Role.OFFICER, make=lent, method="post"),
}
