"""What a person hears who would take quiet from the nights."""

from django.utils.translation import gettext_lazy as _

from loa.kernel.errors import Refusal


class NightsShorter(Refusal):
    """Quiet hours would be lost, and who decides did not say that they know how many."""

    code = "nights_shorter"
    sentence = _("%(told)s Confirm that you mean it.")
