"""What a person may hear instead of a yes."""

from django.utils.translation import gettext_lazy as _

from loa.kernel.errors import Refusal, WrongState


class TooLate(Refusal):
    """The moment has passed."""

    code = "too_late"
    sentence = _("This time has already passed.")


class TooFarAhead(Refusal):
    """The moment lies beyond `rules.AHEAD_MOST`."""

    code = "too_far_ahead"
    sentence = _("This is too far ahead: at most 30 days.")


class NobodyThere(Refusal):
    """No enrolled device would hear it."""

    code = "nobody_there"
    sentence = _("There is no loudspeaker here that could play this.")


class AboutToAir(WrongState):
    """Inside the freeze horizon an airing can be stopped, not taken back."""

    code = "about_to_air"
    sentence = _("This is about to air. It can be stopped, but no longer taken back.")


class AlreadyOver(WrongState):
    """The airing has ended, or was stopped before."""

    code = "already_over"
    sentence = _("This airing is already over.")


class NotAStretch(Refusal):
    """A ceiling without a stretch of the day, or beyond what a loudspeaker can."""

    code = "not_a_stretch"
    sentence = _("Give two different times of the day and a volume from 0 to 100.")


class TooQuietForAlerts(Refusal):
    """A ceiling for alerts under which they would not be heard."""

    code = "too_quiet_for_alerts"
    sentence = _("Alerts must stay audible: a ceiling for them is at least %(least)s %%.")


class TooManyCeilings(WrongState):
    """A unit or a device has as many ceilings of its own as it may."""

    code = "too_many_ceilings"
    sentence = _("There are already %(most)s ceilings here. End one that is no longer needed before you set another.")


class ImplausibleLevel(Refusal):
    """A measurement that cannot be."""

    code = "implausible_level"
    sentence = _("Give a level from 20 to 140 dB, a distance from 1 to 1,000 m, the spot, and a time that has passed.")


class ReasonNeeded(Refusal):
    """Who stops something says why."""

    code = "reason_needed"
    sentence = _("Say why, in at most %(longest)s characters.")


class AlreadySpeaking(WrongState):
    """Somebody speaks live to one of these clusters."""

    code = "already_speaking"
    sentence = _("Somebody is already speaking live on some of these loudspeakers. Wait until they have ended.")


class NoWallName(Refusal):
    """A screen needs a name by which people know it, and an end."""

    code = "no_wall_name"
    sentence = _("Say in at most %(longest)s letters where the screen hangs, and until when it may show the unit.")
