"""Addresses of files."""

from loa.bulletins.tests.making import make_clip
from loa.media.tests.papers import make_document
from loa.orgs import commands as organizing
from loa.orgs.rules import Role
from loa.shell.tests.addresses.kinds import NEIGHBOR, Desk, Open


def post(world):
    return {"pk": organizing.open_post(world.system, world.commune, title="Chánh văn phòng", role="monitor").pk}


def commune(world):
    return {"code": world.commune.code}


def document(world):
    return {"document_id": make_document(world).pk}


def digest(world):
    return {"sha256": make_clip(world.commune).sha256}


ENTRIES = {
    "media:file": Open(why="named by a digest nobody can guess", statuses=frozenset({200, 304}), arguments=digest),
    "media:documents": Desk(needs="media.view_document", role=Role.LEADER, lacking=Role.MONITOR, has_object=False),
    "media:add": Desk(
        needs="media.add_document",
        role=Role.OFFICER,
        lacking=Role.LEADER,
        has_object=False,
        method="post",
        smuggled=({"unit": NEIGHBOR},),
    ),
    "media:document": Desk(needs="media.view_document", role=Role.LEADER, make=document, lacking=Role.MONITOR),
    "media:download": Desk(needs="media.view_document", role=Role.LEADER, make=document, lacking=Role.MONITOR),
}
