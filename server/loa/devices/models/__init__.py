"""Devices, what is sent to them, and the evidence that comes back."""

from loa.devices.models.live import LiveChunk, LiveSession
from loa.devices.models.registry import Device, EnrolmentCode, Posting, WrongCode
from loa.devices.models.traffic import BridgeStatus, Outbound, PlayEvent, Refusal

__all__ = [
    "BridgeStatus",
    "Device",
    "EnrolmentCode",
    "LiveChunk",
    "LiveSession",
    "Outbound",
    "PlayEvent",
    "Posting",
    "Refusal",
    "WrongCode",
]
