"""Every write of this room."""

from loa.devices.commands.enrolment import Enrolment, enrol, issue_code, provision_fleet, take_identity
from loa.devices.commands.live import close_live, keep_recording, open_live
from loa.devices.commands.registry import NewDevice, register, register_many, revoke
from loa.devices.commands.sending import assign_plans, publish_now, send_command, set_volume, tell_areas

__all__ = [
    "Enrolment",
    "NewDevice",
    "assign_plans",
    "close_live",
    "enrol",
    "issue_code",
    "keep_recording",
    "open_live",
    "provision_fleet",
    "publish_now",
    "register",
    "register_many",
    "revoke",
    "send_command",
    "set_volume",
    "take_identity",
    "tell_areas",
]
