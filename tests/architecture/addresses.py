"""What stands behind each address: one entry per URL name. A new address without one fails the test beside this file.

`role` is somebody at the commune who may open the address; the same role at the neighboring commune must not find it.
`lacking` is a role at the commune that sees the thing and lacks the right; None where whoever sees it may open it.
`smuggled` are parameters that name something of the neighboring commune; what is refused there changes nothing.
"""

from dataclasses import dataclass, field
from datetime import timedelta

from loa.accounts.models import ExternalIdentity, Passkey, UserSession
from loa.audit.tests.making import make_entry
from loa.bulletins.tests.making import make_bulletin, make_clip
from loa.dispatch import counting
from loa.dispatch.tests.making import make_airing, make_devices
from loa.kernel import clock
from loa.media.tests.papers import make_document
from loa.orgs import commands as organizing
from loa.orgs import queries as orgs
from loa.orgs.changes import Altering, Plan
from loa.orgs.rules import Role
from loa.orgs.tests import reorganising
from loa.orgs.tests.world import make_user
from loa.schedules.rules import Place, places_sha256
from loa.shell.tests.desk import make_asked_later, make_waiting, make_wish, tomorrow_at_five


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
    """An address of the desk."""

    role: Role
    make: object = None
    lacking: Role | None = None
    method: str = "get"
    data: dict = field(default_factory=dict)
    smuggled: tuple = ()
    has_object: bool = True


def bulletin(world):
    return {"bulletin_id": make_bulletin(world).pk}


def waiting(world):
    make_devices(world.commune)
    return {"bulletin_id": make_waiting(world).pk}


def asked_later(world):
    make_devices(world.commune)
    wish = make_asked_later(world)
    return {"bulletin_id": wish.bulletin_id, "slot_id": wish.pk}


def slot(world):
    make_devices(world.commune)
    return {"slot_id": make_wish(world, make_bulletin(world, now=clock.now())).pk}


def airing(world):
    make_devices(world.commune)
    return {"airing_id": make_airing(world, now=clock.now()).pk}


def heard_line(world):
    make_devices(world.commune)
    airing = make_airing(world, now=clock.now() - timedelta(hours=1))
    counting.refresh(now=clock.now())
    assert airing.unit_id == world.commune.pk
    return {"code": world.commune.code}


def device(world):
    return {"device_id": make_devices(world.commune, count=1)[0].pk}


def record_entry(world):
    return {"pk": make_entry(world.commune.path).pk}


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
    kept = organizing.open_support(
        world.administrator, world.commune, supporter=world.technician_user, role="technician", reason="sửa loa",
        minutes=60, now=clock.now(),
    )  # fmt: skip
    return {"pk": kept.pk}


def commune(world):
    return {"code": world.commune.code}


def session(world):
    now = clock.now()
    kept = UserSession.objects.create(session_key="another", user=world.officer_user, created_at=now, seen_at=now)
    return {"pk": kept.pk}


def document(world):
    return {"document_id": make_document(world).pk}


def passkey(world):
    kept = Passkey.objects.create(
        user=world.officer_user, credential_id=b"one", public_key=b"key", name="Điện thoại", created_at=clock.now()
    )
    return {"pk": kept.pk}


def identity(world):
    kept = ExternalIdentity.objects.create(
        user=world.officer_user, issuer="https://id.example", subject="1", created_at=clock.now()
    )
    return {"pk": kept.pk}


def no_provider(_world):
    return {"slug": "x"}


def digest(world):
    return {"sha256": make_clip(world.commune).sha256}


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


NEIGHBOR = "09037"
"""The code of the neighboring commune; see `orgs/tests/world.py`."""

PLACES = places_sha256([Place(unit_path="26/251/09043", device_ids=None, start_at=tomorrow_at_five())])
"""What the leader saw of `waiting`."""

HERE_ONLY = ({"unit": NEIGHBOR},)

ENTRIES = {
    "/": Open(why="leads to the desk", statuses=frozenset({302})),
    "/healthz": Open(why="says only that the process lives", statuses=frozenset({200})),
    "/readyz": Open(why="says only what is missing", statuses=frozenset({200, 503})),
    "/metrics": Open(why="figures without names", statuses=frozenset({200})),
    "media:file": Open(why="named by a digest nobody can guess", statuses=frozenset({200, 304}), arguments=digest),
    "device:api-root": Open(why="an empty page of the API", statuses=frozenset({404})),
    "device:enrol": Open(why="needs a one-time code", statuses=frozenset({400, 403, 422}), method="post"),
    "device:key_list": Open(why="public keys, signed", statuses=frozenset({200, 503})),
    "device:time": Open(why="the time", statuses=frozenset({200})),
    "accounts:sign_in": Open(why="the door itself", statuses=frozenset({200})),
    "accounts:second": Open(why="leads whoever gave no password to the door", statuses=frozenset({302})),
    "accounts:begin_provider": Open(why="no provider is named", statuses=frozenset({404}), arguments=no_provider),
    "accounts:back_from_provider": Open(why="as above", statuses=frozenset({404}), arguments=no_provider),
    "accounts:invited": Open(why="leads whoever no provider vouched for to the door", statuses=frozenset({302})),
    "accounts:begin_passkey": Open(
        why="a challenge, which is worth nothing alone", statuses=frozenset({200}), method="post"
    ),
    "accounts:sign_in_by_passkey": Open(why="the door itself", statuses=frozenset({422}), method="post"),
    "shell:language": Open(why="keeps a cookie", statuses=frozenset({302, 303}), method="post"),
    "shell:theme": Open(why="keeps a cookie", statuses=frozenset({302, 303}), method="post"),
    "shell:home": Own(),
    "accounts:account": Own(),
    "accounts:password": Own(),
    "accounts:confirm": Own(),
    "accounts:confirm_passkey": Own(method="post"),
    "accounts:factors": Own(),
    "accounts:app": Own(),
    "accounts:remove_app": Own(method="post"),
    "accounts:passkey": Own(),
    "accounts:new_passkey": Own(method="post"),
    "accounts:remove_passkey": Desk(role=Role.OFFICER, make=passkey, method="post"),
    "accounts:link": Own(),
    "accounts:unlink": Desk(role=Role.OFFICER, make=identity, method="post"),
    "accounts:begin_link": Own(),
    "accounts:renew_codes": Own(method="post"),
    "accounts:sign_out": Own(method="post"),
    "accounts:end_others": Own(method="post"),
    "accounts:end_session": Desk(role=Role.OFFICER, make=session, method="post"),
    "orgs:people": Desk(role=Role.ADMINISTRATOR, lacking=Role.OFFICER, has_object=False),
    "orgs:add": Desk(
        role=Role.ADMINISTRATOR,
        lacking=Role.LEADER,
        has_object=False,
        method="post",
        smuggled=({"unit": NEIGHBOR, "full_name": "Lý Mới", "username": "moi", "role": "officer"},),
    ),
    "orgs:person": Desk(role=Role.ADMINISTRATOR, make=person, lacking=Role.MONITOR),
    "orgs:grant": Desk(
        role=Role.ADMINISTRATOR,
        make=person,
        lacking=Role.OFFICER,
        method="post",
        smuggled=({"unit": NEIGHBOR, "role": "leader"},),
    ),
    "orgs:deactivate": Desk(role=Role.ADMINISTRATOR, make=person, lacking=Role.LEADER, method="post"),
    "orgs:reactivate": Desk(role=Role.ADMINISTRATOR, make=person, lacking=Role.LEADER, method="post"),
    "orgs:reset_factors": Desk(role=Role.ADMINISTRATOR, make=person, lacking=Role.LEADER, method="post"),
    "orgs:invite": Desk(role=Role.ADMINISTRATOR, make=person, lacking=Role.LEADER, method="post"),
    "orgs:reset": Desk(role=Role.ADMINISTRATOR, make=person, lacking=Role.LEADER, method="post"),
    "orgs:withdraw": Desk(role=Role.ADMINISTRATOR, make=role_held, lacking=Role.LEADER, method="post"),
    "orgs:extend": Desk(role=Role.ADMINISTRATOR, make=role_held, lacking=Role.LEADER, method="post"),
    "orgs:person_rights": Desk(role=Role.ADMINISTRATOR, make=person, lacking=Role.MONITOR),
    "orgs:leave": Desk(role=Role.ADMINISTRATOR, make=person, lacking=Role.LEADER, method="post"),
    "orgs:roles": Desk(role=Role.ADMINISTRATOR, lacking=Role.OFFICER, has_object=False),
    "orgs:role_add": Desk(
        role=Role.ADMINISTRATOR,
        lacking=Role.LEADER,
        has_object=False,
        method="post",
        smuggled=({"unit": NEIGHBOR, "code": "x2", "name_vi": "X", "name_en": "X", "permissions": "orgs.view"},),
    ),
    "orgs:role": Desk(role=Role.ADMINISTRATOR, make=own_role, lacking=Role.MONITOR),
    "orgs:role_change": Desk(role=Role.ADMINISTRATOR, make=own_role, lacking=Role.MONITOR),
    "orgs:role_retire": Desk(role=Role.ADMINISTRATOR, make=own_role, lacking=Role.LEADER, method="post"),
    "orgs:agencies": Desk(role=Role.ADMINISTRATOR, lacking=Role.OFFICER, has_object=False),
    "orgs:agency_add": Desk(
        role=Role.ADMINISTRATOR,
        lacking=Role.LEADER,
        has_object=False,
        method="post",
        smuggled=({"unit": NEIGHBOR, "kind": "office", "name": "Văn phòng"},),
    ),
    "orgs:agency": Desk(role=Role.ADMINISTRATOR, make=agency, lacking=Role.MONITOR),
    "orgs:agency_rename": Desk(role=Role.ADMINISTRATOR, make=agency, lacking=Role.LEADER, method="post"),
    "orgs:agency_close": Desk(role=Role.ADMINISTRATOR, make=agency, lacking=Role.LEADER, method="post"),
    "orgs:post_add": Desk(
        role=Role.ADMINISTRATOR,
        make=agency,
        lacking=Role.LEADER,
        method="post",
        smuggled=({"unit": NEIGHBOR, "title": "Chánh văn phòng", "role": "monitor", "seats": "1"},),
    ),
    "orgs:appoint": Desk(
        role=Role.ADMINISTRATOR, make=post, lacking=Role.LEADER, method="post", smuggled=({"username": "canbo2"},)
    ),
    "orgs:post_close": Desk(role=Role.ADMINISTRATOR, make=post, lacking=Role.LEADER, method="post"),
    "orgs:rights": Desk(
        role=Role.ADMINISTRATOR,
        lacking=Role.OFFICER,
        has_object=False,
        smuggled=({"unit": NEIGHBOR, "permission": "orgs.view"},),
    ),
    "orgs:support": Desk(role=Role.OFFICER, has_object=False),
    "orgs:support_add": Desk(
        role=Role.ADMINISTRATOR,
        lacking=Role.LEADER,
        has_object=False,
        method="post",
        smuggled=({"unit": NEIGHBOR, "username": "kythuat", "role": "monitor", "reason": "thử", "minutes": "60"},),
    ),
    "orgs:support_session": Desk(role=Role.MONITOR, make=support),
    "orgs:support_end": Desk(role=Role.ADMINISTRATOR, make=support, method="post"),
    "orgs:stand_ins": Own(),
    "orgs:stand_in_end": Desk(role=Role.OFFICER, make=lent, method="post"),
    "orgs:reorganisations": Desk(role=Role.ADMINISTRATOR, lacking=Role.OFFICER, has_object=False),
    "orgs:reorganisation_new": Desk(role=Role.ADMINISTRATOR, lacking=Role.LEADER, has_object=False),
    "orgs:reorganisation_compose": Desk(
        role=Role.ADMINISTRATOR,
        make=renaming,
        lacking=Role.LEADER,
        has_object=False,
        method="post",
        smuggled=({"unit": NEIGHBOR, "name": "Xã Khác"}, {"below": NEIGHBOR}),
    ),
    "orgs:reorganisation_reform": Desk(
        role=Role.ADMINISTRATOR, lacking=Role.MONITOR, has_object=False, method="post", smuggled=({"province": "26"},)
    ),
    "orgs:reorganisation": Desk(role=Role.ADMINISTRATOR, make=reorganisation, lacking=Role.LEADER),
    "orgs:reorganisation_progress": Desk(role=Role.ADMINISTRATOR, make=reorganisation, lacking=Role.LEADER),
    "orgs:reorganisation_rehearse": Desk(
        role=Role.ADMINISTRATOR, make=reorganisation, lacking=Role.LEADER, method="post"
    ),
    "orgs:reorganisation_place": Desk(
        role=Role.ADMINISTRATOR, make=reorganisation, lacking=Role.LEADER, method="post", data={"place-others": ""}
    ),
    "orgs:reorganisation_approve": Desk(
        role=Role.ADMINISTRATOR, make=reorganisation, lacking=Role.OFFICER, method="post", data={"plan": "0" * 64}
    ),
    "orgs:reorganisation_decline": Desk(
        role=Role.ADMINISTRATOR, make=reorganisation, lacking=Role.OFFICER, method="post", data={"note": "chưa rõ"}
    ),
    "orgs:reorganisation_withdraw": Desk(
        role=Role.ADMINISTRATOR, make=reorganisation, lacking=Role.LEADER, method="post"
    ),
    "orgs:reorganisation_undo": Desk(
        role=Role.ADMINISTRATOR, make=reorganisation_approved, lacking=Role.LEADER, method="post", data={"note": "hoãn"}
    ),
    "orgs:reorganisation_compensate": Desk(
        role=Role.ADMINISTRATOR, make=reorganisation_in_force, lacking=Role.LEADER, method="post"
    ),
    "orgs:reorganisation_handover": Desk(role=Role.ADMINISTRATOR, make=handover_list, lacking=Role.LEADER),
    "orgs:units": Desk(role=Role.OFFICER, has_object=False),
    "orgs:unit": Desk(role=Role.OFFICER, make=commune),
    "orgs:units_import": Desk(
        role=Role.ADMINISTRATOR,
        lacking=Role.LEADER,
        has_object=False,
        method="post",
        smuggled=({"unit": NEIGHBOR, "source": "code,name,level,parent\n09037,Xã Khác,commune,251\n"},),
    ),
    "orgs:levels": Desk(role=Role.ADMINISTRATOR, lacking=Role.OFFICER, has_object=False),
    "orgs:level_end": Desk(role=Role.ADMINISTRATOR, lacking=Role.OFFICER, has_object=False, method="post"),
    "audit:list": Desk(role=Role.ADMINISTRATOR, lacking=Role.OFFICER, has_object=False),
    "audit:entry": Desk(role=Role.ADMINISTRATOR, lacking=Role.OFFICER, make=record_entry),
    "audit:keep": Desk(role=Role.ADMINISTRATOR, lacking=Role.OFFICER, has_object=False),
    "audit:csv": Desk(role=Role.ADMINISTRATOR, lacking=Role.OFFICER, has_object=False),
    "audit:jsonl": Desk(role=Role.ADMINISTRATOR, lacking=Role.OFFICER, has_object=False),
    "dispatch:timeline": Desk(role=Role.OFFICER, lacking=Role.ADMINISTRATOR, has_object=False, smuggled=HERE_ONLY),
    "dispatch:heard": Desk(role=Role.MONITOR, lacking=Role.ADMINISTRATOR, has_object=False),
    "dispatch:heard_table": Desk(role=Role.MONITOR, lacking=Role.ADMINISTRATOR, has_object=False),
    "dispatch:heard_behind": Desk(role=Role.MONITOR, make=heard_line, lacking=Role.ADMINISTRATOR),
    "dispatch:airing": Desk(role=Role.MONITOR, make=airing, lacking=Role.ADMINISTRATOR),
    "dispatch:live": Desk(role=Role.MONITOR, make=airing, lacking=Role.ADMINISTRATOR),
    "dispatch:stop": Desk(role=Role.LEADER, make=airing, lacking=Role.MONITOR, method="post", data={"reason": "nhầm"}),
    "media:documents": Desk(role=Role.LEADER, lacking=Role.MONITOR, has_object=False),
    "media:add": Desk(
        role=Role.OFFICER, lacking=Role.LEADER, has_object=False, method="post", smuggled=({"unit": NEIGHBOR},)
    ),
    "media:document": Desk(role=Role.LEADER, make=document, lacking=Role.MONITOR),
    "media:download": Desk(role=Role.LEADER, make=document, lacking=Role.MONITOR),
    "bulletins:list": Desk(role=Role.OFFICER, lacking=Role.TECHNICIAN, has_object=False),
    "bulletins:write": Desk(role=Role.OFFICER, lacking=Role.LEADER, has_object=False),
    "bulletins:edit": Desk(role=Role.OFFICER, make=bulletin, lacking=Role.LEADER),
    "bulletins:detail": Desk(role=Role.MONITOR, make=bulletin, lacking=Role.TECHNICIAN),
    "bulletins:place": Desk(
        role=Role.OFFICER,
        make=bulletin,
        lacking=Role.LEADER,
        method="post",
        smuggled=({"unit": NEIGHBOR, "reach": "all", "when": "approved"},),
    ),
    "bulletins:place_devices": Desk(role=Role.OFFICER, make=bulletin, lacking=Role.LEADER, smuggled=HERE_ONLY),
    "bulletins:submit": Desk(role=Role.OFFICER, make=bulletin, lacking=Role.LEADER, method="post"),
    "bulletins:approve": Desk(
        role=Role.LEADER, make=waiting, lacking=Role.OFFICER, method="post", data={"number": "1", "places": PLACES}
    ),
    "bulletins:approve_slot": Desk(role=Role.LEADER, make=asked_later, lacking=Role.OFFICER, method="post"),
    "bulletins:decline_slot": Desk(role=Role.LEADER, make=asked_later, lacking=Role.OFFICER, method="post"),
    "bulletins:send_back": Desk(
        role=Role.LEADER, make=waiting, lacking=Role.OFFICER, method="post", data={"number": "1", "note": "sửa lại"}
    ),
    "bulletins:withdraw": Desk(role=Role.OFFICER, make=bulletin, lacking=Role.LEADER, method="post"),
    "bulletins:drop_slot": Desk(role=Role.OFFICER, make=slot, lacking=Role.LEADER, method="post"),
    "devices:list": Desk(role=Role.OFFICER, has_object=False, smuggled=HERE_ONLY),
    "devices:add": Desk(
        role=Role.TECHNICIAN,
        lacking=Role.OFFICER,
        has_object=False,
        method="post",
        smuggled=({"unit": NEIGHBOR, "name": "Cụm loa", "kind": "loudspeaker"},),
    ),
    "devices:detail": Desk(role=Role.MONITOR, make=device),
    "devices:enrol_code": Desk(role=Role.TECHNICIAN, make=device, lacking=Role.OFFICER, method="post"),
    "devices:volume": Desk(
        role=Role.TECHNICIAN, make=device, lacking=Role.OFFICER, method="post", data={"volume_pct": "50"}
    ),
    "devices:revoke": Desk(role=Role.TECHNICIAN, make=device, lacking=Role.OFFICER, method="post"),
}
