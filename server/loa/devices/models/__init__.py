"""Devices, what is sent to them, and the evidence that comes back."""

from loa.devices.models.fittings import Fitting
from loa.devices.models.groups import Group, Member
from loa.devices.models.live import LiveChunk, LiveSession
from loa.devices.models.makers import Fetched
from loa.devices.models.readings import Reading, ReadingHour
from loa.devices.models.registry import Device, EnrolmentCode, Posting, WrongCode
from loa.devices.models.releases import Release, ReleaseReport
from loa.devices.models.reminders import Reminder
from loa.devices.models.rollouts import Rollout
from loa.devices.models.silence import Silence
from loa.devices.models.stations import HandPlay, Station
from loa.devices.models.thresholds import Threshold
from loa.devices.models.tickets import Ticket
from loa.devices.models.traffic import BridgeStatus, Outbound, PlayEvent, Refusal

__all__ = [
    "BridgeStatus",
    "Device",
    "EnrolmentCode",
    "Fetched",
    "Fitting",
    "Group",
    "HandPlay",
    "LiveChunk",
    "LiveSession",
    "Member",
    "Outbound",
    "PlayEvent",
    "Posting",
    "Reading",
    "ReadingHour",
    "Refusal",
    "Release",
    "ReleaseReport",
    "Reminder",
    "Rollout",
    "Silence",
    "Station",
    "Threshold",
    "Ticket",
    "WrongCode",
]
