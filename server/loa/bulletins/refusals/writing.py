"""What who writes may hear instead of a yes."""

from django.utils.translation import gettext_lazy as _

from loa.bulletins import rules
from loa.kernel.errors import Refusal


class NoTitle(Refusal):
    """The title is empty."""

    code = "no_title"
    sentence = _("Give the bulletin a title.")


class TitleTooLong(Refusal):
    """The title is longer than `rules.TITLE_LONGEST`."""

    code = "title_too_long"
    sentence = _("The title is too long: at most %(longest)s characters.")


class TextTooLong(Refusal):
    """The text is longer than `rules.TEXT_LONGEST`."""

    code = "text_too_long"
    sentence = _("The text is too long: at most %(longest)s characters.")


class TooLongToSpeak(Refusal):
    """The text is longer than `rules.SPOKEN_LONGEST`, what a voice reads while somebody waits."""

    code = "too_long_to_speak"
    sentence = _(
        "A voice reads at most %(longest)s letters at a time. "
        "Split the text into several bulletins, or record it yourself."
    )


class NoSound(Refusal):
    """The bulletin has no sound yet."""

    code = "no_sound"
    sentence = _("The bulletin has no sound yet. Let the text be spoken or add a recording first.")


class EditedMeanwhile(Refusal):
    """Somebody saved the bulletin after this person's form was opened."""

    code = "edited_meanwhile"
    sentence = _("Somebody else has changed this bulletin since you opened it. Nothing is lost: compare both.")


class SpokenWordsChanged(Refusal):
    """The words changed after they were spoken."""

    code = "spoken_words_changed"
    sentence = _("The text has changed since it was spoken. Let it be spoken again.")


def check_words(title: str, text: str) -> None:
    """Raise when the kept form of a title or text is empty where it must not be, or too long."""
    if not title:
        raise NoTitle
    if len(title) > rules.TITLE_LONGEST:
        raise TitleTooLong(longest=rules.TITLE_LONGEST)
    if len(text) > rules.TEXT_LONGEST:
        raise TextTooLong(longest=rules.TEXT_LONGEST)
