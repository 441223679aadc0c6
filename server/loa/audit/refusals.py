"""What this room refuses, in sentences."""

from django.utils.translation import gettext_lazy as _

from loa.kernel.errors import Refusal


class KeptTooShort(Refusal):
    """The law asks for more."""

    code = "kept_too_short"
    sentence = _("The record is kept for at least %(fewest)s months.")


class BasisMissing(Refusal):
    """A rule needs a reason."""

    code = "basis_missing"
    sentence = _("Please name the rule by which the record is kept.")


class ReasonMissing(Refusal):
    """What is set right by word needs the word."""

    code = "reason_missing"
    sentence = _("Please say why.")


class KeptForAll(Refusal):
    """The record of a province is one: a commune cannot have its own time."""

    code = "kept_for_all"
    sentence = _("How long the record is kept is set for the whole province.")
