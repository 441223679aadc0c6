"""What who shapes a rendition may hear instead of a yes."""

from django.utils.translation import gettext_lazy as _

from loa.bulletins.rules import sms
from loa.bulletins.rules.renditions import LIMITS, Excess, Words, excess
from loa.kernel.errors import Refusal


class RenditionStands(Refusal):
    """The wording was handed in: its renditions stand with it."""

    code = "rendition_stands"
    sentence = _("This wording was handed in, so what it says on each channel stands. Edit the bulletin to change it.")


class RenditionChanged(Refusal):
    """Somebody else changed it, or the text it is made of, since the person saw it."""

    code = "rendition_changed"
    sentence = _("Somebody has changed this since you opened it. Compare what stands there now with yours.")


class RenditionsStale(Refusal):
    """The text changed after renditions were edited, and nobody said which words hold."""

    code = "renditions_stale"
    sentence = _(
        "The text has changed since you edited what some channels say. "
        "Open “Channels” and say for each whether yours still holds."
    )


class RenditionTitleMissing(Refusal):
    """A form that has a title was given none."""

    code = "rendition_title_missing"
    sentence = _("Give it a title.")


class RenditionEmpty(Refusal):
    """A form was given no words."""

    code = "rendition_empty"
    sentence = _("Write what it shall say.")


class RenditionTitleTooLong(Refusal):
    """The title is longer than the form holds."""

    code = "rendition_title_too_long"
    sentence = _("The title is too long for this channel: at most %(longest)s characters.")


class RenditionTooLong(Refusal):
    """The body is longer than the form holds."""

    code = "rendition_too_long"
    sentence = _("This is too long for the channel: at most %(longest)s characters.")


class TooManyRows(Refusal):
    """A slide has more rows than can be read in passing."""

    code = "rendition_too_many_rows"
    sentence = _("At most %(rows)s lines can be read here. Leave out what matters least.")


class RowTooLong(Refusal):
    """A row of a slide is longer than a board shows."""

    code = "rendition_row_too_long"
    sentence = _("A line holds at most %(longest)s characters. Break or shorten the longer ones.")


class TooManyParts(Refusal):
    """A short message would travel in too many parts."""

    code = "rendition_too_many_parts"
    sentence = _(
        "The message would go out in %(parts)s parts; at most %(most)s are sent. Shorten it or leave accents out."
    )


def check_rendition(words: Words) -> None:
    """Raise when words do not fit their form."""
    limit = LIMITS[words.form]
    match excess(words):
        case Excess.TITLE_MISSING:
            raise RenditionTitleMissing
        case Excess.BODY_MISSING:
            raise RenditionEmpty
        case Excess.TITLE_LONG:
            raise RenditionTitleTooLong(longest=limit.title)
        case Excess.ROWS_MANY:
            raise TooManyRows(rows=limit.rows)
        case Excess.ROW_LONG:
            raise RowTooLong(longest=limit.row)
        case Excess.BODY_LONG:
            raise RenditionTooLong(longest=limit.body)
        case Excess.PARTS_MANY:
            raise TooManyParts(parts=sms.measure(words.body).count, most=limit.parts)
