"""What who says what a bulletin is about may hear instead of a yes."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from loa.bulletins import rules
from loa.kernel.errors import Refusal


class CategoryNeeded(Refusal):
    """Neither the writer nor the kind says where the bulletin belongs."""

    code = "category_needed"
    sentence = _("Choose the field this bulletin belongs to, so that reports add up.")


class CategoryUnknown(Refusal):
    """There is no such category today."""

    code = "category_unknown"
    sentence = _("This field is no longer in use. Please choose another.")


class LanguageUnknown(Refusal):
    """There is no such language in the list."""

    code = "language_unknown"
    sentence = _("Please choose a language from the list.")


class AbstractTooLong(Refusal):
    """The abstract is longer than `rules.ABSTRACT_LONGEST`."""

    code = "abstract_too_long"
    sentence = _("The abstract is too long: at most %(longest)s characters.")


class BylineTooLong(Refusal):
    """The byline is longer than `rules.BYLINE_LONGEST`."""

    code = "byline_too_long"
    sentence = _("The author's name is too long: at most %(longest)s characters.")


class ValidBackwards(Refusal):
    """The bulletin would be valid until before it begins to be."""

    code = "valid_backwards"
    sentence = _("A bulletin must be valid for at least a moment: the end lies before the beginning.")


class NoLongerValid(Refusal):
    """What the bulletin says does not hold at that time any more."""

    code = "no_longer_valid"
    sentence = _(
        "At that time the bulletin is no longer valid. "
        "Choose a time within its validity, or write it anew for that day."
    )


class NotYetValid(Refusal):
    """What the bulletin says does not hold at that time yet."""

    code = "not_yet_valid"
    sentence = _("At that time the bulletin is not valid yet. Choose a time from its first day on.")


def check_holds(facts: rules.Facts, at: datetime) -> None:
    """Raise `NoLongerValid` or `NotYetValid` when what is said does not hold at a moment."""
    if rules.is_over(facts, at):
        raise NoLongerValid
    if rules.is_too_early(facts, at):
        raise NotYetValid


def check_facts(facts: rules.Facts) -> None:
    """Raise when the kept form of the facts is too long or runs backwards."""
    if len(facts.abstract) > rules.ABSTRACT_LONGEST:
        raise AbstractTooLong(longest=rules.ABSTRACT_LONGEST)
    if len(facts.byline) > rules.BYLINE_LONGEST:
        raise BylineTooLong(longest=rules.BYLINE_LONGEST)
    if facts.valid_from and facts.valid_until and facts.valid_from >= facts.valid_until:
        raise ValidBackwards
