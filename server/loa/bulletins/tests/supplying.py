"""Offers and shared items, as tests of this room and of those above need them."""

from loa.bulletins import commands
from loa.bulletins.rules import Reach
from loa.bulletins.tests.making import HEARD, NOW, make_bulletin
from loa.orgs import commands as orgs
from loa.orgs import queries
from loa.orgs.rules import AgencyKind, Role
from loa.orgs.tests.world import make_user


def contributor_at(world, unit=None, *, username="soyte", name="Sở Y tế", now=NOW):
    """Let somebody hold a post in an agency of a unit, from where they offer words; return their user and scope."""
    place = unit or world.province
    agency = orgs.open_agency(world.system, place, kind=AgencyKind.DEPARTMENT, name=name, short_name="")
    post = orgs.open_post(
        world.system, place, title="Cộng tác viên", role=Role.CONTRIBUTOR, agency=agency, is_here_only=True
    )
    user = make_user(username, "Tô Thị Y", unit=place)
    orgs.appoint(world.system, post, user=user, now=now)
    return user, queries.scope_for(user, now=now), agency


def make_offer(scope, unit, *, agency=None, is_offered=True, now=NOW, **about):
    """Write an offer to a newsroom, and hand it in."""
    words = {"title": "Phòng sốt xuất huyết", "text": "Đậy kín bể nước, lật úp vật chứa nước."} | about
    offer = commands.write_offer(scope, unit, agency_id=agency.pk if agency else None, now=now, **words)
    return commands.hand_offer_in(scope, offer, now=now) if is_offered else offer


def make_share(world, *, reach=Reach.ALL, now=NOW, bulletin=None, scope=None, **about):
    """Let the commune share an approved bulletin."""
    if bulletin is None:
        bulletin = make_bulletin(world, now=now, **about)
        commands.submit(world.officer, bulletin, now=now)
        commands.approve(world.leader, bulletin, number=1, hearing=HEARD, now=now)
    return commands.share(scope or world.officer, bulletin, reach=reach, now=now)
