"""What who decides may hear instead of a yes."""

from django.utils.translation import gettext_lazy as _

from loa.kernel.errors import Refusal


class NoteTooLong(Refusal):
    """The note is longer than `rules.NOTE_LONGEST`."""

    code = "note_too_long"
    sentence = _("The note is too long: at most %(longest)s characters.")


class NoteNeeded(Refusal):
    """A bulletin goes back only with a word on what to change."""

    code = "note_needed"
    sentence = _("Say what should be changed, so that the author can mend it.")


class RevisionChanged(Refusal):
    """A newer wording exists than the one the person saw."""

    code = "revision_changed"
    sentence = _("The author has changed this bulletin since you opened it. Please read and hear it again.")


class AlreadyDecided(Refusal):
    """Somebody else decided first."""

    code = "already_decided"
    sentence = _("Somebody else has already decided on this bulletin.")


class OwnWork(Refusal):
    """Four eyes: nobody approves what they wrote."""

    code = "own_work"
    sentence = _("You wrote this bulletin. Another person must approve it.")


class PersonNeeded(Refusal):
    """A program tried to decide."""

    code = "person_needed"
    sentence = _("Only a person can decide on a bulletin.")


class NotHeard(Refusal):
    """The person has not listened to all of it."""

    code = "not_heard"
    sentence = _("Please listen to all of it first: %(pct)s%% has been heard so far.")


class NotYourStep(Refusal):
    """The step that waits is for somebody else."""

    code = "not_your_step"
    sentence = _("This step is for somebody else to decide.")


class DecidedBefore(Refusal):
    """Four eyes at every step: who decided an earlier one does not decide a later one."""

    code = "decided_before"
    sentence = _("You have decided an earlier step of this bulletin. Another person must decide this one.")


class OwnReasonNeeded(Refusal):
    """Where one person may do both, they say why nobody else could."""

    code = "own_reason_needed"
    sentence = _("You wrote this bulletin. Say why no other person can approve it: the reason stays on record.")


class PassageUnknown(Refusal):
    """A mark is not in the text that was sent back, or says nothing, or there are too many."""

    code = "passage_unknown"
    sentence = _("A marked passage is not in the text, or its note is empty or longer than %(longest)s characters.")


class MarkAnswered(Refusal):
    """The note was answered already."""

    code = "mark_answered"
    sentence = _("This note has been answered already.")
