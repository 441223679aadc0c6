"""Addresses of dictionaries."""

from loa.kernel import clock
from loa.media import commands
from loa.media.speakable import Word
from loa.orgs.rules import Role
from loa.shell.tests.addresses.kinds import NEIGHBOR, Desk


def word(world):
    return {
        "entry_id": commands.pronounce(
            world.system, world.commune, word=Word(written="Yagi", spoken="ya ghi"), now=clock.now()
        ).pk
    }


ENTRIES = {
    "media:pronunciations": Desk(
        needs="media.pronounce",
        role=Role.OFFICER,
        lacking=Role.LEADER,
        has_object=False,
        smuggled=({"unit": NEIGHBOR},),
    ),
    "media:pronounce": Desk(
        needs="media.pronounce",
        role=Role.OFFICER,
        lacking=Role.LEADER,
        has_object=False,
        method="post",
        data={"written": "Yagi", "spoken": "ya ghi"},
        smuggled=({"unit": NEIGHBOR},),
    ),
    "media:pronunciation": Desk(needs="media.pronounce", role=Role.OFFICER, make=word, lacking=Role.MONITOR),
    "media:hand_out_words": Desk(
        needs="media.pronounce",
        role=Role.OFFICER,
        lacking=Role.LEADER,
        has_object=False,
        smuggled=({"unit": NEIGHBOR},),
    ),
    "media:take_in_words": Desk(
        needs="media.pronounce",
        role=Role.OFFICER,
        lacking=Role.LEADER,
        has_object=False,
        method="post",
        smuggled=({"unit": NEIGHBOR},),
    ),
}
