"""Every write of this room."""

from loa.devices.commands.enrolment import Enrolment, enrol, issue_code, provision_fleet, take_identity
from loa.devices.commands.fitting import fit
from loa.devices.commands.grouping import change_group, drop_group, make_group
from loa.devices.commands.live import close_live, keep_recording, open_live
from loa.devices.commands.other_makers import issue_secret
from loa.devices.commands.registry import NewDevice, register, register_many, revoke
from loa.devices.commands.releasing import confirm, take_in, turn_away_release
from loa.devices.commands.reminding import Due, remind, see
from loa.devices.commands.repairs import assign, close, report
from loa.devices.commands.rolling_out import advance, go_on, pause, roll_out, withdraw
from loa.devices.commands.sending import assign_plans, publish_now, send_command, set_volume, tell_areas
from loa.devices.commands.silencing import lift, silence
from loa.devices.commands.stations import add_station, change_station, correct_hand_play, note_hand_play
from loa.devices.commands.tending import Found, tend
from loa.devices.commands.thresholds import lay_down, take_up

__all__ = [
    "Due",
    "Enrolment",
    "Found",
    "NewDevice",
    "add_station",
    "advance",
    "assign",
    "assign_plans",
    "change_group",
    "change_station",
    "close",
    "close_live",
    "confirm",
    "correct_hand_play",
    "drop_group",
    "enrol",
    "fit",
    "go_on",
    "issue_code",
    "issue_secret",
    "keep_recording",
    "lay_down",
    "lift",
    "make_group",
    "note_hand_play",
    "open_live",
    "pause",
    "provision_fleet",
    "publish_now",
    "register",
    "register_many",
    "remind",
    "report",
    "revoke",
    "roll_out",
    "see",
    "send_command",
    "set_volume",
    "silence",
    "take_identity",
    "take_in",
    "take_up",
    "tell_areas",
    "tend",
    "turn_away_release",
    "withdraw",
]
