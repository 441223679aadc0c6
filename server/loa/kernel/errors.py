"""Refusals a person can act on."""

from typing import ClassVar

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class DomainError(Exception):
    """A refusal with a stable code and a sentence for people.

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
        return str(self.sentence) % self.facts if self.facts else str(self.sentence)


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


class WrongState(DomainError):
    """The thing is no longer, or not yet, in a state that allows this."""

    code = "wrong_state"
    sentence = _("This can no longer be done: the state has changed meanwhile.")
