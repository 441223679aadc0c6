"""What who fills in or keeps a template may hear instead of a yes."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from loa.bulletins import rules
from loa.kernel.errors import Refusal

FAULTS: Mapping[rules.BlankFault, str | Promise] = {
    rules.BlankFault.MISSING: _("Please fill this in."),
    rules.BlankFault.TOO_LONG: _("This is too long."),
    rules.BlankFault.NO_NUMBER: _("Please give a number of at most 12 digits."),
    rules.BlankFault.NO_DATE: _("Please give a day, such as 02/12/2026."),
    rules.BlankFault.NO_TIME: _("Please give a time, such as 7:30."),
}


class BlanksUnfit(Refusal):
    """Blanks are empty that must be filled, or hold what does not fit; `faults` says which."""

    code = "blanks_unfit"
    sentence = _("Please look at the blanks again.")


class TemplateUnfit(Refusal):
    """A template has no name, title or text, or more blanks than a person fills in."""

    code = "template_unfit"
    sentence = _("A template needs a name, a title and a text, and at most %(most)s blanks.")


class FixedForm(Refusal):
    """The text of a third party's announcement was to be changed freely."""

    code = "fixed_form"
    sentence = _("An announcement for others is made of its form only: change the form, not the text.")


class RequesterNeeded(Refusal):
    """An announcement for others names nobody for whom it is, or no paper it rests on."""

    code = "requester_needed"
    sentence = _("Say who asked for the announcement, and choose the paper they handed in.")
