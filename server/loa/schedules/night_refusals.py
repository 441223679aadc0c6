"""What a person hears who would take quiet from the nights."""

from django.utils.translation import gettext_lazy as _

from loa.kernel.errors import Refusal


class NightsShorter(Refusal):
    """Quiet hours would be lost, and who decides did not say that they know how many."""

    code = "nights_shorter"
    sentence = _("%(told)s Confirm that you mean it.")


class NobodyWoken(Refusal):
    """Somebody agreed to wake no cluster at all, for which nobody has to agree."""

    code = "nobody_woken"
    sentence = _("No cluster there can be heard, so there is nothing to agree to.")


class OnlyHelps(Refusal):
    """Who helps from outside is no second person of the unit."""

    code = "only_helps"
    sentence = _("In a support session nobody agrees in place of the people of the unit. One of them must.")


class AnothersWord(Refusal):
    """Who gave their word takes it back, nobody else."""

    code = "anothers_word"
    sentence = _("Only who agreed can take it back.")
