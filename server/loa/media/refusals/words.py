"""Why a word is not taken into a dictionary."""

from django.utils.translation import gettext_lazy as _

from loa.kernel.errors import Refusal


class UnfitWriting(Refusal):
    """Nothing that stands in a text, or too long for a word."""

    code = "media_unfit_writing"
    sentence = _("Enter a word or an abbreviation as it stands in the text, at most %(longest)s characters.")


class UnfitSpeech(Refusal):
    """What shall be read is no words."""

    code = "media_unfit_speech"
    sentence = _("Write what is to be read with letters only, numbers in words; at most %(longest)s characters.")


class WordKnown(Refusal):
    """The unit reads this word already."""

    code = "media_word_known"
    sentence = _("“%(written)s” is in this dictionary already. Change the entry that is there.")


class WordEnded(Refusal):
    """Somebody ended or changed the entry meanwhile."""

    code = "media_word_ended"
    sentence = _("This entry has been changed or removed meanwhile. Look at the list again.")


class TooManyWords(Refusal):
    """More words than a dictionary holds."""

    code = "media_too_many_words"
    sentence = _("A dictionary holds at most %(most)s entries.")


class NotWordList(Refusal):
    """The file is no list of words."""

    code = "media_not_word_list"
    sentence = _("This is not a list we can read. Send a CSV file with the columns “written” and “spoken”.")


class UnfitLine(Refusal):
    """One line of a list is not right; nothing was taken."""

    code = "media_unfit_line"
    sentence = _("Line %(line)s, “%(written)s”: %(why)s Nothing was taken.")
