"""How each state of each thing looks: a tone, an icon and a word, so that color never speaks alone."""

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from loa.shell.templatetags import desk
from loa.shell.templatetags.looks import FIELD, UNKNOWN, Look
from loa.shell.templatetags.looks_above import ABOVE
from loa.shell.templatetags.software_looks import SOFTWARE

register = template.Library()

LOOKS = {
    **ABOVE,
    **FIELD,
    "bulletin": {
        "draft": Look("", "edit", _("Draft")),
        "submitted": Look("info", "wait", _("Waiting for approval")),
        "returned": Look("warn", "returned", _("Sent back")),
        "approved": Look("good", "good", _("Approved")),
        "superseded": Look("", "edit", _("Replaced by a newer wording")),
        "withdrawn": Look("", "bad", _("Withdrawn")),
        "archived": Look("", "record", _("Archived")),
    },
    "source": {
        "proposed": Look("info", "wait", _("Proposed")),
        "in_force": Look("good", "good", _("In force")),
        "declined": Look("", "bad", _("Declined")),
        "withdrawn": Look("", "bad", _("Withdrawn")),
    },
    "hours": {
        "proposed": Look("info", "wait", _("Proposed")),
        "in_force": Look("good", "good", _("In force")),
        "declined": Look("bad", "bad", _("Declined")),
        "taken_back": Look("", "bad", _("Taken back")),
        "replaced": Look("", "record", _("Replaced by other hours")),
    },
    "slot": {
        "waiting": Look("info", "wait", _("Waits for approval")),
        "approved": Look("good", "good", _("Approved")),
        "placed": Look("good", "calendar", _("On the schedule")),
        "refused": Look("bad", "bad", _("Could not be scheduled")),
        "declined": Look("bad", "bad", _("Declined")),
        "cancelled": Look("", "bad", _("Cancelled")),
    },
    "entry": {
        "draft": Look("", "edit", _("Draft")),
        "submitted": Look("info", "wait", _("Waits for approval")),
        "approved": Look("good", "good", _("Approved")),
        "returned": Look("warn", "returned", _("Sent back")),
        "dropped": Look("", "bad", _("Taken back")),
    },
    "receipt": {
        "new": Look("accent", "bulletin", _("New")),
        "seen": Look("info", "wait", _("Seen, not decided")),
        "scheduled": Look("info", "calendar", _("On the schedule")),
        "used": Look("info", "speaker", _("Aired, collecting reports")),
        "heard": Look("good", "good", _("Heard")),
        "part": Look("warn", "partial", _("Heard in part")),
        "unheard": Look("bad", "silent", _("Not heard")),
        "skipped": Look("warn", "refused", _("Skipped")),
        "expired": Look("bad", "warn", _("Time over, nothing done")),
        "called_back": Look("", "bad", _("Called back")),
    },
    "guidance": {
        "new": Look("accent", "bulletin", _("Not read yet")),
        "read": Look("info", "wait", _("Read")),
        "done": Look("good", "good", _("Done")),
        "late": Look("warn", "good", _("Done late")),
        "overdue": Look("bad", "warn", _("Overdue")),
        "ended": Look("", "info", _("Ended before it was done")),
    },
    "offer": {
        "draft": Look("", "edit", _("Draft")),
        "offered": Look("info", "wait", _("Waits for the newsroom")),
        "accepted": Look("good", "good", _("Accepted")),
        "declined": Look("warn", "refused", _("Not taken")),
        "dropped": Look("", "bad", _("Taken back")),
    },
    "urgency": {
        "normal": Look("", "bulletin", _("Normal")),
        "priority": Look("accent", "arrow", _("Priority")),
        "emergency": Look("bad", "warn", _("Emergency")),
    },
    "duty": {"must": Look("warn", "pin", _("Must be broadcast"))},
    "validity": {
        "over": Look("bad", "wait", _("No longer valid")),
        "early": Look("info", "calendar", _("Not valid yet")),
    },
    "sending": {
        "waiting": Look("accent", "wait", _("Waits for a second person")),
        "sent": Look("good", "send", _("Sent")),
        "called_back": Look("", "bad", _("Called back")),
    },
    "clash": {
        "open": Look("accent", "wait", _("Choose the order")),
        "decided": Look("good", "good", _("Order chosen")),
        "defaulted": Look("warn", "warn", _("Nobody chose: the usual order applied")),
        "gone": Look("", "info", _("Settled by itself")),
    },
    "airing": {
        "planned": Look("info", "calendar", _("Scheduled")),
        "released": Look("info", "calendar", _("Scheduled")),
        "running": Look("accent", "speaker", _("On air")),
        "complete": Look("good", "good", _("Heard everywhere")),
        "partial": Look("warn", "warn", _("Not heard everywhere")),
        "unheard": Look("bad", "silent", _("Not heard")),
        "collecting": Look("info", "wait", _("Collecting reports")),
        "stopped": Look("bad", "stop", _("Stopped")),
        "cancelled": Look("", "bad", _("Cancelled")),
    },
    "verdict": {
        "heard": Look("good", "good", _("Heard")),
        "said": Look("info", "info", _("Said, unverified")),
        "partial": Look("warn", "partial", _("Heard in part")),
        "silent": Look("warn", "silent", _("Played without sound")),
        "missed": Look("bad", "bad", _("Missed")),
        "refused": Look("bad", "refused", _("Refused")),
        "odd": Look("bad", "warn", _("Doubtful report")),
        "unreachable": Look("bad", "offline", _("Out of reach")),
        "waiting": Look("", "wait", _("Waiting for the report")),
    },
    "device": {
        "online": Look("good", "online", _("Online")),
        "muted": Look("warn", "silent", _("Silenced")),
        "silent": Look("bad", "offline", _("No contact")),
        "registered": Look("info", "key", _("Waiting for enrolment")),
        "revoked": Look("", "refused", _("Revoked")),
    },
    **SOFTWARE,
    "silence": {
        "confirmed": Look("good", "good", _("Confirmed")),
        "waiting": Look("accent", "wait", _("No answer yet")),
        "away": Look("warn", "offline", _("Out of reach: obeys on return")),
        "cannot": Look("bad", "warn", _("Cannot be stopped from here")),
        "holds": Look("bad", "silent", _("Silenced")),
        "drill": Look("info", "info", _("Drill")),
        "lifted": Look("", "good", _("Lifted")),
    },
    "ticket": {
        "open": Look("warn", "wait", _("Open")),
        "assigned": Look("info", "people", _("In hand")),
        "overdue": Look("bad", "warn", _("Overdue")),
        "closed": Look("good", "good", _("Mended")),
    },
    "cause": {
        "noise": Look("bad", "volume", _("It screeches or disturbs people")),
        "silent": Look("bad", "silent", _("No sound")),
        "speaker": Look("bad", "speaker", _("A loudspeaker is broken")),
        "amplifier": Look("bad", "speaker", _("The amplifier is broken")),
        "power": Look("bad", "offline", _("No power")),
        "offline": Look("bad", "offline", _("No contact")),
        "drift": Look("warn", "wait", _("Its clock is wrong")),
        "supply": Look("warn", "warn", _("The supply is too low or too high")),
        "hot": Look("warn", "warn", _("It is too hot")),
        "storage": Look("warn", "warn", _("Its storage is full")),
        "other": Look("warn", "info", _("Something else")),
    },
    "ailment": {
        "offline": Look("bad", "offline", _("No contact")),
        "power_lost": Look("bad", "offline", _("Power lost")),
        "on_battery": Look("warn", "warn", _("On its battery")),
        "speaker_fault": Look("bad", "speaker", _("A loudspeaker is broken")),
        "amplifier_fault": Look("bad", "speaker", _("The amplifier is broken")),
        "hot": Look("warn", "warn", _("It is too hot")),
        "supply": Look("warn", "warn", _("The supply is too low or too high")),
        "drift": Look("warn", "wait", _("Its clock is wrong")),
        "storage": Look("warn", "warn", _("Its storage is full")),
        "signal": Look("warn", "warn", _("Its signal is weak")),
    },
    "batch": {
        "looked": Look("accent", "wait", _("Waits for your word")),
        "running": Look("info", "wait", _("Coming in")),
        "ended": Look("good", "good", _("Done")),
        "dropped": Look("", "bad", _("Nothing brought in")),
    },
    "tape": {
        "new": Look("info", "wait", _("To come in")),
        "taken": Look("good", "good", _("Taken in")),
        "known": Look("", "info", _("Here already")),
        "refused": Look("bad", "refused", _("Refused")),
    },
    "export": {
        "running": Look("info", "wait", _("Being written")),
        "ready": Look("good", "good", _("Ready")),
        "failed": Look("bad", "bad", _("Failed")),
        "removed": Look("", "info", _("Removed")),
    },
    "search": {
        "clean": Look("good", "shield", _("Nothing found")),
        "unsearched": Look("", "info", _("Not searched")),
        "quarantined": Look("bad", "refused", _("Held back")),
    },
    "reorganisation": {
        "proposed": Look("info", "wait", _("Waits for approval")),
        "approved": Look("good", "calendar", _("Approved, waits for its day")),
        "declined": Look("bad", "bad", _("Declined")),
        "withdrawn": Look("", "bad", _("Withdrawn")),
        "undone": Look("", "returned", _("Taken back before its day")),
        "in_force": Look("good", "good", _("In force")),
    },
    "outcome": {
        "received": Look("info", "wait", _("Order taken over")),
        "played": Look("good", "good", _("Played")),
        "partial": Look("warn", "partial", _("Played in part")),
        "pre_empted": Look("warn", "partial", _("Gave way")),
        "missed": Look("bad", "bad", _("Missed")),
        "refused": Look("bad", "refused", _("Refused")),
    },
}


def look(kind: str, state: object) -> Look:
    """Return how a state of a kind of thing is shown."""
    return LOOKS[kind].get(str(state), UNKNOWN)


@register.simple_tag
def pill(kind: str, state: object) -> SafeString:
    """Draw a state as a pill."""
    shown = look(kind, state)
    return format_html('<span class="pill {}">{}{}</span>', shown.tone, desk.icon(shown.icon), shown.word)


@register.simple_tag
def state_icon(kind: str, state: object) -> SafeString:
    """Draw only a state's icon, with its word for screen readers."""
    shown = look(kind, state)
    return desk.icon(shown.icon, str(shown.word))


@register.simple_tag
def state_word(kind: str, state: object) -> str:
    """Return a state's word."""
    return str(look(kind, state).word)


@register.simple_tag
def state_tone(kind: str, state: object) -> str:
    """Return a state's tone: good, warn, bad, info, accent, or nothing."""
    return look(kind, state).tone
