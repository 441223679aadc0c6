"""Levels of units, how they nest, and which rights each role brings."""

from collections.abc import Mapping
from enum import StrEnum


class Level(StrEnum):
    """The level of a unit."""

    PROVINCE = "province"
    DISTRICT = "district"
    COMMUNE = "commune"
    HAMLET = "hamlet"


class Role(StrEnum):
    """What a person is at a unit."""

    OFFICER = "officer"
    LEADER = "leader"
    EDITOR = "editor"
    MONITOR = "monitor"
    TECHNICIAN = "technician"
    ADMINISTRATOR = "administrator"


_SEE = frozenset({"orgs.view", "bulletins.view", "schedules.view", "dispatch.view", "devices.view", "media.view"})
_WRITE = frozenset({"bulletins.write", "media.add", "schedules.request"})

RIGHTS: Mapping[Role, frozenset[str]] = {
    Role.OFFICER: _SEE | _WRITE | {"dispatch.stop"},
    Role.LEADER: _SEE | {"bulletins.approve", "dispatch.stop"},
    Role.EDITOR: _SEE | _WRITE | {"dispatch.stop"},
    Role.MONITOR: _SEE,
    Role.TECHNICIAN: frozenset({"orgs.view", "devices.view", "devices.enrol", "devices.control", "dispatch.view"}),
    Role.ADMINISTRATOR: frozenset(
        {"orgs.view", "orgs.administer", "accounts.administer", "devices.view", "devices.enrol", "audit.view"}
    ),
}
"""A leader may not write: who approves has not written. A monitor only sees. Nobody holds `dispatch.request`:
only the program puts an airing on the air, after an approval."""


def path_below(parent_path: str, code: str) -> str:
    """Return the path of the unit with this code below the parent; no parent is the top."""
    return f"{parent_path}/{code}" if parent_path else code


def ancestor_paths(path: str) -> list[str]:
    """Return the paths from the top down to, and with, this one."""
    parts = path.split("/")
    return ["/".join(parts[: depth + 1]) for depth in range(len(parts))]


def can_stand_below(level: Level, parent: Level) -> bool:
    """Tell whether a unit of this level may have a parent of that level. Districts may be missing since 2025."""
    return (
        parent
        in {
            Level.PROVINCE: frozenset[Level](),
            Level.DISTRICT: frozenset({Level.PROVINCE}),
            Level.COMMUNE: frozenset({Level.PROVINCE, Level.DISTRICT}),
            Level.HAMLET: frozenset({Level.COMMUNE}),
        }[level]
    )
