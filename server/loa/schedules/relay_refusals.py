"""What a person may hear of relays and of answers to read out instead of a yes."""

from django.utils.translation import gettext_lazy as _

from loa.kernel.errors import Refusal


class SourceRefused(Refusal):
    """A source that cannot be as it was proposed."""

    code = "source_refused"
    sentence = _("This source cannot be proposed. %(why)s")


class SourceNotInForce(Refusal):
    """The source of a relay was not put in force, or was withdrawn."""

    code = "source_not_in_force"
    sentence = _("Its source is not in force.")


class NoAnswers(Refusal):
    """No approved bulletin with answers stands at the unit."""

    code = "no_answers"
    sentence = _("There is no approved bulletin with answers to read out.")
