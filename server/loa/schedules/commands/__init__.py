"""Every write of slots."""

from loa.schedules.commands.asking import ask, drop
from loa.schedules.commands.deciding import air, approve, approve_place, decline_place
from loa.schedules.commands.ordering import apply_default, decide_order
from loa.schedules.commands.placing import expire, place, recall, refuse
from loa.schedules.commands.receiving import leave_out, place_sent, sound, take

__all__ = [
    "air",
    "apply_default",
    "approve",
    "approve_place",
    "ask",
    "decide_order",
    "decline_place",
    "drop",
    "expire",
    "leave_out",
    "place",
    "place_sent",
    "recall",
    "refuse",
    "sound",
    "take",
]
