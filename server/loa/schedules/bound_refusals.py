"""What a person hears of days and numbers that were never meant."""

from django.utils.translation import gettext_lazy as _

from loa.kernel.errors import Refusal


class DaysOutOfReach(Refusal):
    """A day lies farther from today than anything is planned."""

    code = "days_out_of_reach"
    sentence = _("Nothing is planned so far from today. Choose days from %(first)s to %(last)s.")


class NeverHeard(Refusal):
    """All days of an entry lie before the day from which it holds."""

    code = "never_heard"
    sentence = _("It would never be heard: its last day is %(last)s, before the day from which it holds.")


class TooManyToWake(Refusal):
    """Somebody agreed to wake more clusters than there are anywhere."""

    code = "too_many_to_wake"
    sentence = _("So many clusters do not exist: confirm %(most)s at most.")
