"""Levels of units, how they nest, kinds of change, and which rights each standard role brings."""

import uuid
from collections.abc import Collection, Iterable, Mapping
from datetime import timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
"""Where a day begins."""


class Level(StrEnum):
    """The levels the program knows by name; a deployment may have more, as data."""

    CENTRE = "centre"
    PROVINCE = "province"
    DISTRICT = "district"
    COMMUNE = "commune"
    HAMLET = "hamlet"


class Change(StrEnum):
    """What becomes of a unit on the day its lineage names."""

    CONTINUE = "continue"
    MERGE = "merge"
    SPLIT = "split"
    TRANSFER = "transfer"
    RENAME = "rename"
    ABOLISH = "abolish"


class ReorganisationState(StrEnum):
    """How far a change of units has come."""

    PROPOSED = "proposed"
    APPROVED = "approved"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    UNDONE = "undone"
    IN_FORCE = "in_force"


class AgencyKind(StrEnum):
    """What kind of body an agency is."""

    COMMITTEE = "committee"
    DEPARTMENT = "department"
    OFFICE = "office"
    CENTRE = "centre"
    OTHER = "other"


class Channel(StrEnum):
    """Where something goes out; a right may be given for one channel only. Decree 49/2024/NĐ-CP names eight forms."""

    LOUDSPEAKER = "loudspeaker"
    BOARD = "board"
    APP = "app"
    WEB = "web"
    SMS = "sms"
    SOCIAL = "social"
    PRINT = "print"
    SPEAKER = "speaker"


class Role(StrEnum):
    """The standard roles, which come with the program; a deployment may have more, as data."""

    OFFICER = "officer"
    LEADER = "leader"
    EDITOR = "editor"
    MONITOR = "monitor"
    TECHNICIAN = "technician"
    ADMINISTRATOR = "administrator"
    CONTRIBUTOR = "contributor"


_SEE = frozenset({"orgs.view", "bulletins.view", "schedules.view", "dispatch.view", "devices.view", "media.view"})
_WRITE = frozenset({"bulletins.write", "media.add", "schedules.request"})
_KEEP_PAPERS = frozenset({"media.view_document", "media.add_document"})
_CHOOSE_VOICE = frozenset({"media.choose_voice"})
_SHAPE_HOURS = frozenset({"schedules.propose_hours", "dispatch.limit", "dispatch.measure"})

RIGHTS: Mapping[str, frozenset[str]] = {
    Role.OFFICER: _SEE
    | _WRITE
    | _KEEP_PAPERS
    | _CHOOSE_VOICE
    | _SHAPE_HOURS
    | {"bulletins.share", "media.pronounce", "dispatch.stop", "orgs.delegate"}
    | {"devices.silence", "devices.repair", "devices.keep_stations", "devices.group"},
    Role.LEADER: _SEE
    | {
        "bulletins.approve",
        "bulletins.guide",
        "bulletins.release",
        "bulletins.export",
        "dispatch.stop",
        "devices.silence",
        "media.view_document",
        "orgs.delegate",
        "schedules.speak",
        "schedules.lay_down_hours",
        "schedules.override",
        "dispatch.limit",
        "dispatch.measure",
        "dispatch.show_wall",
    },
    Role.EDITOR: _SEE
    | _WRITE
    | _KEEP_PAPERS
    | _CHOOSE_VOICE
    | _SHAPE_HOURS
    | {"bulletins.guide", "bulletins.send", "bulletins.share", "media.pronounce", "dispatch.stop", "orgs.delegate"}
    | {"devices.silence", "devices.repair", "devices.keep_stations", "devices.group"},
    Role.MONITOR: _SEE,
    Role.TECHNICIAN: frozenset(
        {"orgs.view", "dispatch.view", "dispatch.measure", "dispatch.show_wall", "orgs.delegate"}
        | {"devices.view", "devices.enrol", "devices.control", "devices.silence", "devices.repair"}
        | {"devices.keep_stations", "devices.group", "devices.update"}
    ),
    Role.ADMINISTRATOR: frozenset(
        {
            "orgs.view",
            "orgs.administer",
            "orgs.define_roles",
            "orgs.reorganise",
            "accounts.administer",
            "devices.view",
            "devices.enrol",
            "devices.update",
            "media.administer",
            "audit.view",
            "audit.administer",
            "bulletins.administer",
            "bulletins.export",
        }
    )
    | _KEEP_PAPERS
    | _CHOOSE_VOICE,
    Role.CONTRIBUTOR: frozenset({"orgs.view", "bulletins.offer"}),
}
"""What the standard roles bring, as the database has it after migration: a test compares.

A leader may not write: who approves has not written. A monitor only sees. A contributor offers words to one newsroom,
sees what became of them, and no operations. Nobody holds `dispatch.request`: only the program puts an airing on the
air, after an approval; nor `orgs.carry_out`: only the clock does, on the day.
"""


SUPPORT_SAFE = frozenset(_SEE | _WRITE | {"devices.enrol", "devices.control"})
"""All that somebody who helps from outside may do, whatever their role brings: no approving, no people, no rights."""

SUPPORT_LONGEST = timedelta(hours=4)
SUPPORT_OFFER_LASTS = timedelta(hours=24)
"""How long whoever was asked to help, or is to be helped, may take to agree."""


class Consent(StrEnum):
    """Who agreed that somebody from outside helps."""

    PERSON = "person"
    ADMINISTRATOR = "administrator"


DUTIES = (("bulletins.write", "bulletins.approve"),)
"""Rights that one person does not hold at the same place: who writes, and who answers for what is written."""


WEIGHTY_VERBS = ("approve", "administer", "release", "define_roles", "reorganise")


def weighty(codes: Collection[str]) -> frozenset[str]:
    """Return those of these rights that need more than a password: approving, warning, people, units, roles."""
    return frozenset(code for code in codes if code.rpartition(".")[2] in WEIGHTY_VERBS)


def parted(codes: Collection[str]) -> bool:
    """Tell whether no two of these rights are duties of two people."""
    return not any(set(pair) <= set(codes) for pair in DUTIES)


def root(path: str, *, device_id: uuid.UUID | None = None, channel: str = "", is_here_only: bool = False) -> str:
    """Return what a right at the unit with this path reaches, as `Scope.grants` writes it."""
    place = f"{path}/@{device_id}" if device_id else f"{path}!" if is_here_only else path
    return f"{place}#{channel}" if channel else place


def path_below(parent_path: str, code: str) -> str:
    """Return the path of the unit with this code below the parent; no parent is the top."""
    return f"{parent_path}/{code}" if parent_path else code


def is_far(units: Iterable[tuple[str, str]]) -> bool:
    """Tell whether units, each as level and path, reach beyond one commune."""
    communes = set()
    for level, path in units:
        if level not in {Level.COMMUNE, Level.HAMLET}:
            return True
        communes.add(path if level == Level.COMMUNE else path.rpartition("/")[0])
    return len(communes) > 1


def ancestor_paths(path: str) -> list[str]:
    """Return the paths from the top down to, and with, this one."""
    parts = path.split("/")
    return ["/".join(parts[: depth + 1]) for depth in range(len(parts))]
