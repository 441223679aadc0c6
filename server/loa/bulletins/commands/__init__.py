"""The room's one door for writing."""

from loa.bulletins.commands.agency_fields import set_agency_fields
from loa.bulletins.commands.announcing import announce, announce_again
from loa.bulletins.commands.archiving import (
    begin_batch,
    drop_batch,
    end_batch,
    refuse_tape,
    start_batch,
    take_tape,
)
from loa.bulletins.commands.categories import add_category, end_category, move_category, rename_category
from loa.bulletins.commands.copying import duplicate, write_version
from loa.bulletins.commands.deciding import approve, send_back
from loa.bulletins.commands.exporting import (
    ask_for_export,
    end_export,
    export_archive,
    fail_export,
    fetch_export,
    remove_export,
)
from loa.bulletins.commands.flows import end_flow, lay_down_flow
from loa.bulletins.commands.guiding import (
    end_guidance,
    publish_guidance,
    read_guidance,
    remind_of_guidance,
    report_done,
)
from loa.bulletins.commands.listening import listen
from loa.bulletins.commands.marking import answer_mark
from loa.bulletins.commands.offering import (
    accept_offer,
    change_offer,
    decline_offer,
    drop_offer,
    hand_offer_in,
    write_offer,
)
from loa.bulletins.commands.own_days import clear_day, set_day
from loa.bulletins.commands.reminding import remind_of_step
from loa.bulletins.commands.rendering import derive_rendition, edit_rendition, keep_rendition
from loa.bulletins.commands.restoring import take_item
from loa.bulletins.commands.sending import call_back, note_unplaced, release, remind, reorder, see, send, skip, take_up
from loa.bulletins.commands.sharing import end_share, share, use_original, use_words
from loa.bulletins.commands.templates import add_template, change_template, end_template, write_from_template
from loa.bulletins.commands.writing import revise, submit, withdraw, write

__all__ = [
    "accept_offer",
    "add_category",
    "add_template",
    "announce",
    "announce_again",
    "answer_mark",
    "approve",
    "ask_for_export",
    "begin_batch",
    "call_back",
    "change_offer",
    "change_template",
    "clear_day",
    "decline_offer",
    "derive_rendition",
    "drop_batch",
    "drop_offer",
    "duplicate",
    "edit_rendition",
    "end_batch",
    "end_category",
    "end_export",
    "end_flow",
    "end_guidance",
    "end_share",
    "end_template",
    "export_archive",
    "fail_export",
    "fetch_export",
    "hand_offer_in",
    "keep_rendition",
    "lay_down_flow",
    "listen",
    "move_category",
    "note_unplaced",
    "publish_guidance",
    "read_guidance",
    "refuse_tape",
    "release",
    "remind",
    "remind_of_guidance",
    "remind_of_step",
    "remove_export",
    "rename_category",
    "reorder",
    "report_done",
    "revise",
    "see",
    "send",
    "send_back",
    "set_agency_fields",
    "set_day",
    "share",
    "skip",
    "start_batch",
    "submit",
    "take_item",
    "take_tape",
    "take_up",
    "use_original",
    "use_words",
    "withdraw",
    "write",
    "write_from_template",
    "write_offer",
    "write_version",
]
