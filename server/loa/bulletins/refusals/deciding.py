"""What who decides may hear instead of a yes."""

from django.utils.translation import gettext_lazy as _

from loa.kernel.errors import DomainError


class NoteTooLong(DomainError):
    """The note is longer than `rules.NOTE_LONGEST`."""

    code = "note_too_long"
    sentence = _("The note is too long: at most %(longest)s characters.")


class NoteNeeded(DomainError):
    """A bulletin goes back only with a word on what to change."""

    code = "note_needed"
    sentence = _("Say what should be changed, so that the author can mend it.")


class RevisionChanged(DomainError):
    """A newer wording exists than the one the person saw."""

    code = "revision_changed"
    sentence = _("The author has changed this bulletin since you opened it. Please read and hear it again.")


class AlreadyDecided(DomainError):
    """Somebody else decided first."""

    code = "already_decided"
    sentence = _("Somebody else has already decided on this bulletin.")


class OwnWork(DomainError):
    """Four eyes: nobody approves what they wrote."""

    code = "own_work"
    sentence = _("You wrote this bulletin. Another person must approve it.")


class PersonNeeded(DomainError):
    """A program tried to decide."""

    code = "person_needed"
    sentence = _("Only a person can decide on a bulletin.")
