"""Addresses of the archive."""

import hashlib

from loa.bulletins import commands, handing_out
from loa.bulletins.models import Tape
from loa.kernel import clock
from loa.orgs.rules import Role
from loa.shell.tests.addresses.kinds import NEIGHBOR, Desk


def batch(world):
    """Look through a folder with one file, for somebody to say whether it comes in."""
    found = [Tape(name="băng 1.mp3", sha256="0" * 64, state="new")]
    made = commands.begin_batch(
        world.system, world.commune, author_id=world.officer_user.pk, folder="/tmp/băng", name="băng.zip",  # noqa: S108 - a name, nothing is opened
        is_written_down=False, is_started=False, found=found, now=clock.now(),
    )  # fmt: skip
    return {"batch_id": made.pk}


def export(world):
    """Write an archive out that holds next to nothing."""
    made = commands.ask_for_export(world.system, world.commune, asked_by_id=world.leader_user.pk, now=clock.now())
    handing_out.path(made).write_bytes(b"zip")
    commands.end_export(
        world.system, made, sha256=hashlib.sha256(b"zip").hexdigest(), size_bytes=3, bulletins=0, now=clock.now()
    )
    return {"export_id": made.pk}


ENTRIES = {
    "archive:search": Desk(needs="bulletins.view", role=Role.MONITOR, lacking=Role.TECHNICIAN, has_object=False),
    "archive:table": Desk(needs="bulletins.view", role=Role.MONITOR, lacking=Role.TECHNICIAN, has_object=False),
    "archive:batches": Desk(needs="bulletins.write", role=Role.OFFICER, lacking=Role.LEADER, has_object=False),
    "archive:template": Desk(needs="bulletins.write", role=Role.OFFICER, lacking=Role.LEADER, has_object=False),
    "archive:bring": Desk(
        needs="bulletins.write",
        role=Role.OFFICER,
        lacking=Role.LEADER,
        has_object=False,
        method="post",
        smuggled=({"unit": NEIGHBOR},),
    ),
    "archive:batch": Desk(needs="bulletins.write", role=Role.OFFICER, make=batch, lacking=Role.LEADER),
    "archive:report": Desk(needs="bulletins.write", role=Role.OFFICER, make=batch, lacking=Role.LEADER),
    "archive:start": Desk(needs="bulletins.write", role=Role.OFFICER, make=batch, lacking=Role.LEADER, method="post"),
    "archive:drop": Desk(needs="bulletins.write", role=Role.OFFICER, make=batch, lacking=Role.LEADER, method="post"),
    "archive:exports": Desk(
        needs="bulletins.export",
        role=Role.LEADER,
        lacking=Role.OFFICER,
        has_object=False,
        method="post",
        smuggled=({"unit": NEIGHBOR},),
    ),
    "archive:export_file": Desk(needs="bulletins.export", role=Role.LEADER, make=export, lacking=Role.OFFICER),
}
