"""Every write of slots and of programmes."""

from loa.schedules.commands.agreeing import agree, disagree
from loa.schedules.commands.asking import ask, drop
from loa.schedules.commands.copying import copy_week
from loa.schedules.commands.deciding import air, approve, approve_place, decline_place
from loa.schedules.commands.entries import approve_entry, end, rewrite, send_entry_back, submit, take_back, write
from loa.schedules.commands.hours import decline_hours, lay_down_hours, propose_hours, take_hours_back
from loa.schedules.commands.occurrences import hold_back, recall_occurrence, settle_occurrence
from loa.schedules.commands.ordering import apply_default, decide_order
from loa.schedules.commands.placing import expire, place, recall, refuse
from loa.schedules.commands.receiving import leave_out, place_sent, sound, take
from loa.schedules.commands.relaying import decline_source, propose_source, put_source_in_force, withdraw_source
from loa.schedules.commands.speaking import agree_to_speech, end_speech, speak, take_word_back

__all__ = [
    "agree",
    "agree_to_speech",
    "air",
    "apply_default",
    "approve",
    "approve_entry",
    "approve_place",
    "ask",
    "copy_week",
    "decide_order",
    "decline_hours",
    "decline_place",
    "decline_source",
    "disagree",
    "drop",
    "end",
    "end_speech",
    "expire",
    "hold_back",
    "lay_down_hours",
    "leave_out",
    "place",
    "place_sent",
    "propose_hours",
    "propose_source",
    "put_source_in_force",
    "recall",
    "recall_occurrence",
    "refuse",
    "rewrite",
    "send_entry_back",
    "settle_occurrence",
    "sound",
    "speak",
    "submit",
    "take",
    "take_back",
    "take_hours_back",
    "take_word_back",
    "withdraw_source",
    "write",
]
