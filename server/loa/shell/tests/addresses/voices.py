"""Addresses of voices."""

from loa.kernel import clock
from loa.media import commands
from loa.media.rules import Region
from loa.media.voices.adding import PreparedVoice
from loa.orgs.rules import Role
from loa.shell.tests.addresses.kinds import NEIGHBOR, Desk


def voice(world):
    prepared = PreparedVoice(
        sha256="ab" * 32, config_sha256="cd" * 32, size_bytes=9, dataset="", language="vi_VN", quality="low"
    )
    made = commands.add_voice(
        world.system, world.commune, prepared=prepared, label="Giọng thử", region=Region.NORTH, gender="",
        license="", card="", now=clock.now(),
    )  # fmt: skip
    return {"voice_id": made.pk}


ENTRIES = {
    "media:voices": Desk(needs="media.choose_voice", role=Role.OFFICER, lacking=Role.LEADER, has_object=False),
    "media:add_voice": Desk(
        needs="media.administer",
        role=Role.ADMINISTRATOR,
        lacking=Role.OFFICER,
        has_object=False,
        method="post",
        smuggled=({"unit": NEIGHBOR},),
    ),
    "media:prefer_voice": Desk(
        needs="media.choose_voice",
        role=Role.OFFICER,
        lacking=Role.LEADER,
        has_object=False,
        method="post",
        smuggled=({"unit": NEIGHBOR},),
    ),
    "media:remove_voice": Desk(
        needs="media.administer", role=Role.ADMINISTRATOR, make=voice, lacking=Role.OFFICER, method="post"
    ),
}
