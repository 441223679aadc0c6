"""Addresses of offers and of the share library."""

from loa.accounts.models import User
from loa.bulletins import commands
from loa.bulletins.rules import Reach
from loa.bulletins.tests.making import HEARD, make_bulletin
from loa.bulletins.tests.supplying import contributor_at, make_offer, make_share
from loa.kernel import clock
from loa.orgs import queries as orgs
from loa.orgs.rules import Role
from loa.schedules.tests.sending import make_approved
from loa.shell.tests.addresses.kinds import Desk


def offered(world):
    now = clock.now()
    _user, scope, agency = contributor_at(world, world.commune, username="tramyte", name="Trạm Y tế", now=now)
    return {"offer_id": make_offer(scope, world.commune, agency=agency, now=now).pk}


def own_offer(world):
    """Return a draft of the contributor who asks, if there is one already; else of another at the commune."""
    user = User.objects.filter(username=f"{Role.CONTRIBUTOR}.{world.commune.code}").first()
    if user is None:
        user, _scope, _agency = contributor_at(world, world.commune, username="tramyte", now=clock.now())
    draft = make_offer(orgs.scope_for(user), world.commune, is_offered=False, now=clock.now())
    return {"offer_id": draft.pk}


def borrowed(world):
    """What the province shares with every unit below: the library crosses units, so the neighbor finds it too."""
    bulletin = make_approved(world, now=clock.now())
    return {"share_id": commands.share(world.province_editor, bulletin, reach=Reach.BELOW, now=clock.now()).pk}


def approved(world):
    bulletin = make_bulletin(world, now=clock.now())
    commands.submit(world.officer, bulletin, now=clock.now())
    commands.approve(world.leader, bulletin, number=1, hearing=HEARD, now=clock.now())
    return {"bulletin_id": bulletin.pk}


def supplying(world):
    _user, _scope, agency = contributor_at(world, world.commune, username="tramyte", now=clock.now())
    return {"agency_id": agency.pk}


def own_share(world):
    """What the commune shares with its hamlets alone: its neighbor finds nothing."""
    return {"share_id": make_share(world, reach=Reach.BELOW, now=clock.now()).pk}


WORDS = {"title": "Phòng dịch", "text": "Đậy kín bể nước.", "action": "offer"}
_NEWSROOM = {"needs": "bulletins.write", "role": Role.OFFICER, "lacking": Role.LEADER}
_OWN = {"own": "one's own offer", "role": Role.CONTRIBUTOR, "make": own_offer}
_USER = {"needs": "bulletins.write", "role": Role.OFFICER, "lacking": Role.LEADER, "make": borrowed, "method": "post"}

ENTRIES = {
    "bulletins:agency_fields": Desk(
        needs="bulletins.administer", role=Role.ADMINISTRATOR, lacking=Role.OFFICER, has_object=False
    ),
    "bulletins:agency_field": Desk(
        needs="bulletins.administer", role=Role.ADMINISTRATOR, lacking=Role.OFFICER, make=supplying
    ),
    "offers:list": Desk(needs="bulletins.offer", role=Role.CONTRIBUTOR, lacking=Role.OFFICER, has_object=False),
    "offers:write": Desk(
        needs="bulletins.offer",
        role=Role.CONTRIBUTOR,
        lacking=Role.OFFICER,
        has_object=False,
        method="post",
        data=WORDS,
    ),
    "offers:own": Desk(**_OWN),
    "offers:hand_in": Desk(**_OWN, method="post"),
    "offers:drop": Desk(**_OWN, method="post"),
    "offers:newsroom": Desk(**_NEWSROOM, has_object=False),
    "offers:offered": Desk(**_NEWSROOM, make=offered),
    "offers:accept": Desk(**_NEWSROOM, make=offered, method="post"),
    "offers:decline": Desk(**_NEWSROOM, make=offered, method="post", data={"reason": "Trùng tin"}),
    "library:list": Desk(needs="bulletins.view", role=Role.MONITOR, lacking=Role.TECHNICIAN, has_object=False),
    "library:item": Desk(needs="bulletins.view", role=Role.MONITOR, make=own_share, lacking=Role.TECHNICIAN),
    "library:words": Desk(**_USER, has_object=False),
    "library:original": Desk(**_USER, has_object=False),
    "library:share": Desk(needs="bulletins.share", role=Role.OFFICER, make=approved, lacking=Role.LEADER),
    "library:end": Desk(needs="bulletins.share", role=Role.OFFICER, make=own_share, lacking=Role.LEADER, method="post"),
}
