"""What who sends down, or receives, may hear instead of a yes."""

from django.utils.translation import gettext_lazy as _

from loa.kernel.errors import Refusal, WrongState


class NotApproved(WrongState):
    """Only approved words go down."""

    code = "not_approved"
    sentence = _("Only an approved bulletin can be sent to units below.")


class NobodyBelow(Refusal):
    """No unit was chosen."""

    code = "nobody_below"
    sentence = _("Choose at least one unit below.")


class TooManyUnits(Refusal):
    """More units than `rules.UNITS_MOST`."""

    code = "too_many_units"
    sentence = _("These are too many units: at most %(most)s at a time.")


class WindowOver(Refusal):
    """The time wished for lies in the past, or ends before it begins."""

    code = "window_over"
    sentence = _("The time in which it should air is over, or ends before it begins.")


class OwnEmergency(Refusal):
    """Two persons: nobody releases the emergency they sent."""

    code = "own_emergency"
    sentence = _("You sent this emergency. Another person must release it.")


class MustBroadcast(Refusal):
    """The sender says that it must air."""

    code = "must_broadcast"
    sentence = _("The sender asks every unit to air this. It can be put at another time, but not skipped.")


class EmergencyStands(Refusal):
    """No unit below moves, skips or stops an emergency."""

    code = "emergency_stands"
    sentence = _("An emergency plays at once everywhere. Only the unit that sent it, or one above, can end it.")


class CalledBackAlready(WrongState):
    """The sender took it back."""

    code = "called_back"
    sentence = _("The sender has called this item back.")


class SkipReasonNeeded(Refusal):
    """Who skips says why, so that the sender learns."""

    code = "skip_reason_needed"
    sentence = _("Choose a reason. For another reason, say which.")


class EndReasonNeeded(Refusal):
    """Who calls something back says why."""

    code = "end_reason_needed"
    sentence = _("Say why it is called back: the units below read it.")
