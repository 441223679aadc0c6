"""Addresses of writing: saving by itself."""

from loa.bulletins.tests.making import make_bulletin
from loa.orgs.rules import Role
from loa.shell.tests.addresses.kinds import Desk


def bulletin(world):
    return {"bulletin_id": make_bulletin(world).pk}


WORDS = {"title": "Lịch cấp nước", "text": "Sáng mai có nước."}

ENTRIES = {
    "bulletins:autosave_new": Desk(
        needs="bulletins.write", role=Role.OFFICER, lacking=Role.LEADER, has_object=False, method="post", data=WORDS
    ),
    "bulletins:autosave": Desk(
        needs="bulletins.write", role=Role.OFFICER, make=bulletin, lacking=Role.LEADER, method="post", data=WORDS
    ),
}
