"""Why an edit of sound is not made."""

from django.utils.translation import gettext_lazy as _

from loa.kernel.errors import Refusal


class NothingLeft(Refusal):
    """An edit without a part."""

    code = "media_edit_nothing_left"
    sentence = _("Nothing is left of the sound. Keep at least one part.")


class TooManyParts(Refusal):
    """More parts than an edit may have."""

    code = "media_edit_too_many_parts"
    sentence = _("The sound has too many parts: at most %(most)s.")


class OutsideClip(Refusal):
    """A part begins before its recording, ends after it, or ends before it begins."""

    code = "media_edit_outside_clip"
    sentence = _("Part %(number)s lies outside its recording, which lasts %(seconds)s seconds.")


class PartTooShort(Refusal):
    """A part nobody would hear."""

    code = "media_edit_part_too_short"
    sentence = _("Part %(number)s is too short to be heard.")


class WrongLevel(Refusal):
    """A gain, a pause or the level of a background out of bounds, or no number."""

    code = "media_edit_wrong_level"
    sentence = _("A level or a pause of the edit lies outside what is possible.")


class NoTuneName(Refusal):
    """A tune without a name."""

    code = "media_no_tune_name"
    sentence = _("Give the tune a name.")


class TuneExists(Refusal):
    """The unit has a tune of this name for this use."""

    code = "media_tune_exists"
    sentence = _("There is already a tune called “%(name)s”. Choose another name, or end that one first.")
