"""Levels of units, and which rights each role brings."""

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
    Role.OFFICER: _SEE | _WRITE,
    Role.LEADER: _SEE | {"bulletins.approve", "dispatch.stop"},
    Role.EDITOR: _SEE | _WRITE | {"dispatch.stop"},
    Role.MONITOR: _SEE,
    Role.TECHNICIAN: frozenset({"orgs.view", "devices.view", "devices.enrol", "devices.control", "dispatch.view"}),
    Role.ADMINISTRATOR: frozenset({"orgs.view", "orgs.administer", "devices.view", "audit.view"}),
}
