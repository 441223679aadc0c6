"""Refusals a person can act on."""

from collections.abc import Mapping
from typing import ClassVar

from django.utils import numberformat
from django.utils.formats import get_format
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class DomainError(Exception):
    """An answer other than the thing done, with a stable code and a sentence for people.

    A subclass sets `code` and `sentence`; named placeholders of the sentence are filled from the keyword arguments.
    `is_on_record` says that a command which refused has put it there.
    """

    code: ClassVar[str] = "refused"
    sentence: ClassVar[str | Promise] = _("This is not possible.")

    def __init__(self, **facts: object) -> None:
        super().__init__(self.code)
        self.facts = facts
        self.is_on_record = False

    def __str__(self) -> str:
        """Return the sentence in the language of the moment."""
        return str(self.sentence) % _as_read(self.facts) if self.facts else str(self.sentence)


def _as_read(facts: Mapping[str, object]) -> dict[str, object]:
    """Return facts with points in long numbers: from ten thousand on, so that a year is never parted."""
    return {name: _parted(fact) if type(fact) is int and abs(fact) >= _LONG else fact for name, fact in facts.items()}


_LONG = 10_000


def _parted(number: int) -> str:
    # the framework's Vietnamese formats know the point, but no groups
    return numberformat.format(
        number, get_format("DECIMAL_SEPARATOR"), grouping=3, thousand_sep=get_format("THOUSAND_SEPARATOR"),
        force_grouping=True,
    )  # fmt: skip


class Refusal(DomainError):
    """The person may do this, but not so or not now: the page they asked from tells them, and loses nothing.

    Whoever may not, or for whom there is no such thing, is answered the same on every page: those are no refusals.
    """


class Denied(DomainError):
    """The person sees the thing but may not do this to it."""

    code = "denied"
    sentence = _("You do not have the right “%(permission)s” at %(place)s.")


class NotFound(DomainError):
    """The thing does not exist, or not for this person: the same answer for both."""

    code = "not_found"
    sentence = _("This was not found.")


class FreshFactorNeeded(Denied):
    """The person may do this, but has to show a second factor once more. The pages ask for it and go on."""

    code = "fresh_factor_needed"
    sentence = _("Please confirm with your second factor first.")


class OnlyFromOffice(Denied):
    """The person has this right, but not from this network."""

    code = "only_from_office"
    sentence = _("This may be done from the office network only.")


class OnlyInOfficeHours(Denied):
    """The person has this right, but not at this hour."""

    code = "only_in_office_hours"
    sentence = _("This may be done in office hours only.")


class WrongState(Refusal):
    """The thing is no longer, or not yet, in a state that allows this."""

    code = "wrong_state"
    sentence = _("This can no longer be done: the state has changed meanwhile.")
