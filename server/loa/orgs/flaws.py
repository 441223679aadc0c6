"""What can be wrong with a plan of change, each with a sentence."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Flaw(StrEnum):
    """Why a plan cannot be."""

    EMPTY = "empty"
    UNKNOWN = "unknown"
    TWICE = "twice"
    TAKEN = "taken"
    BAD_CODE = "bad_code"
    BAD_NAME = "bad_name"
    CLOSED_AND_CHANGED = "closed_and_changed"
    NO_SUCCESSOR = "no_successor"
    SUCCESSOR_CLOSES = "successor_closes"
    NOT_AFTER = "not_after"
    CIRCLE = "circle"
    NO_PARENT = "no_parent"
    LEVEL_UNKNOWN = "level_unknown"
    LEVEL_GONE = "level_gone"
    LEVELS_DO_NOT_NEST = "levels_do_not_nest"
    PATH_TOO_LONG = "path_too_long"
    SHARES = "shares"
    SHARES_BACK = "shares_back"
    SHARE_OUT_OF_RANGE = "share_out_of_range"
    ALREADY_CHANGING = "already_changing"
    CHANGED_SINCE = "changed_since"
    TOO_FAR_BACK = "too_far_back"
    LOOKS_BACK = "looks_back"
    TOO_FAR_AHEAD = "too_far_ahead"
    PLACE_UNKNOWN = "place_unknown"


SENTENCES: Mapping[Flaw, str | Promise] = {
    Flaw.EMPTY: _("The plan changes nothing."),
    Flaw.UNKNOWN: _("There is no unit with the code %(code)s on the day before."),
    Flaw.TWICE: _("The unit %(code)s is named twice for the same thing."),
    Flaw.TAKEN: _("The code %(code)s belongs to another unit, now or formerly; codes are never used again."),
    Flaw.BAD_CODE: _("“%(code)s” is no code: letters, digits, dots and dashes, 32 at most."),
    Flaw.BAD_NAME: _("The unit %(code)s needs a name of at most 120 letters."),
    Flaw.CLOSED_AND_CHANGED: _("The unit %(code)s cannot be closed and changed at once."),
    Flaw.NO_SUCCESSOR: _("The unit %(code)s closes and nobody takes over what it has."),
    Flaw.SUCCESSOR_CLOSES: _("The unit %(code)s closes itself and cannot take over from another."),
    Flaw.NOT_AFTER: _("The unit %(code)s does not exist after the change and cannot take over from another."),
    Flaw.CIRCLE: _("The unit %(code)s would stand below itself."),
    Flaw.NO_PARENT: _("The unit above %(code)s does not exist after the change."),
    Flaw.LEVEL_UNKNOWN: _("The unit %(code)s has a level nobody knows."),
    Flaw.LEVEL_GONE: _("The level of the unit %(code)s does not exist on that day."),
    Flaw.LEVELS_DO_NOT_NEST: _("The unit %(code)s cannot stand below a unit of that level."),
    Flaw.PATH_TOO_LONG: _("The unit %(code)s would stand too deep."),
    Flaw.SHARES: _("The parts into which %(code)s goes do not add up to a whole."),
    Flaw.SHARES_BACK: _("The parts of which %(code)s is made do not add up to a whole."),
    Flaw.SHARE_OUT_OF_RANGE: _("A part of %(code)s is not between nothing and the whole."),
    Flaw.ALREADY_CHANGING: _("Another approved change reaches the unit %(code)s on or after that day."),
    Flaw.CHANGED_SINCE: _("The unit %(code)s was changed on or after that day; what happened since cannot be kept."),
    Flaw.TOO_FAR_BACK: _("The day lies more than three years back."),
    Flaw.LOOKS_BACK: _("Midnight of that day is over: confirm that the change looks back."),
    Flaw.TOO_FAR_AHEAD: _("The day lies more than two years ahead."),
    Flaw.PLACE_UNKNOWN: _("The place %(code)s chosen for people does not exist after the change."),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A flaw at a unit."""

    flaw: Flaw
    code: str = ""

    def __str__(self) -> str:
        """Return the sentence in the language of the moment."""
        return str(SENTENCES[self.flaw]) % {"code": self.code}
