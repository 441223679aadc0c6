"""What who publishes guidance, or answers to it, may hear instead of a yes."""

from django.utils.translation import gettext_lazy as _

from loa.kernel.errors import Refusal, WrongState


class GuidanceUnfit(Refusal):
    """Guidance has no title or no text."""

    code = "guidance_unfit"
    sentence = _("Guidance needs a title and a text.")


class DueOver(Refusal):
    """The day on which it is due has passed."""

    code = "due_over"
    sentence = _("The day on which it is due has passed already.")


class GuidanceEnded(WrongState):
    """The unit that published it asks for it no more."""

    code = "guidance_ended"
    sentence = _("This guidance has been ended by the unit that published it.")


class DoneAlready(WrongState):
    """What a unit has done stands with its note."""

    code = "done_already"
    sentence = _("Your unit has reported this as done already.")


class DoneNoteNeeded(Refusal):
    """Who reports something done says what was done."""

    code = "done_note_needed"
    sentence = _("Say in a few words what was done: the unit above reads it.")
