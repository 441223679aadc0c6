"""What a person may hear instead of a yes."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from loa.bulletins.refusals import NoLongerValid, NotYetValid
from loa.dispatch.refusals import NobodyThere, TooFarAhead, TooLate
from loa.kernel.errors import DomainError, NotFound, WrongState


class QuietHours(DomainError):
    """The time lies in the hours in which people sleep, and nobody said that it is meant."""

    code = "quiet_hours"
    sentence = _("Between 21:00 and 05:30 people sleep. Confirm that this must air then.")


class OutsideBulletin(DomainError):
    """The place lies outside the unit whose leader approves the bulletin."""

    code = "outside_bulletin"
    sentence = _("This bulletin speaks for %(unit)s and can only air there.")


class Withdrawn(DomainError):
    """The bulletin was taken back."""

    code = "bulletin_withdrawn"
    sentence = _("This bulletin was withdrawn.")


class PlacesChanged(DomainError):
    """The slots are not those the approver saw."""

    code = "places_changed"
    sentence = _("Where or when it is to be heard has changed since you opened this page. Please look again.")


class OwnPlaces(DomainError):
    """Four eyes: nobody approves the place and time they asked for."""

    code = "own_places"
    sentence = _("You asked for this place and time. Another person must approve it.")


class AnotherWay(DomainError):
    """It is to be heard farther than when it was handed in, and the unit has another way of approval for that."""

    code = "another_way"
    sentence = _(
        "It is to be heard beyond one commune, which needs another way of approval here. "
        "Send it back so that it is handed in again, or keep to one commune."
    )


class ReasonTooLong(DomainError):
    """The reason why an item comes first is longer than what is kept."""

    code = "reason_too_long"
    sentence = _("The reason is too long: at most %(longest)s characters.")


class OrderOver(WrongState):
    """The order was decided, or its time has come."""

    code = "order_over"
    sentence = _("The order of these items is settled: somebody decided, or they are about to air.")


class OrderChanged(DomainError):
    """The items are not those the person saw."""

    code = "order_changed"
    sentence = _("The items have changed since you opened this page. Please look again.")


class ApprovedLongAgo(DomainError):
    """The approval reached this room too late for "at once"."""

    code = "approved_long_ago"
    sentence = _("The approval is too long ago for an airing at once. Ask for it again.")


SENTENCES: Mapping[str, str | Promise] = {
    refusal.code: refusal.sentence
    for refusal in (
        QuietHours,
        ApprovedLongAgo,
        TooLate,
        TooFarAhead,
        NobodyThere,
        Withdrawn,
        NoLongerValid,
        NotYetValid,
    )
} | {NotFound.code: _("A loudspeaker that was chosen is no longer there.")}
"""Why a slot could not become an airing, by the code it keeps."""
