"""What who sets days off may hear instead of a yes."""

from django.utils.translation import gettext_lazy as _

from loa.kernel.errors import Refusal


class DayPast(Refusal):
    """The day is over: what happened is not changed."""

    code = "day_past"
    sentence = _("Only today and days to come can be set.")


class DayWordsNeeded(Refusal):
    """Nobody said why the unit is off, or works."""

    code = "day_words_needed"
    sentence = _("Say why in at most %(longest)s characters, such as the number of the decision.")
