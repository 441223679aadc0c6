"""What who brings things into the archive may hear instead of a yes."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from loa.bulletins.rules.tapes import Fault
from loa.kernel.errors import Refusal
from loa.media import refusals as media


class SheetUnreadable(Refusal):
    """The spreadsheet is none, or no column says which file a row is about."""

    code = "sheet_unreadable"
    sentence = _(
        "The spreadsheet cannot be read. It must be XLSX, or CSV in UTF-8, with a column that names the files."
    )


class NobodyWrites(Refusal):
    """Nobody at the unit could stand behind what is brought in."""

    code = "nobody_writes"
    sentence = _("Nobody at this unit may write bulletins. Name the person who answers for the archive.")


class ExportUnderWay(Refusal):
    """An archive of the unit is being written out already."""

    code = "export_under_way"
    sentence = _("The archive of this unit is being written out already. Wait until it is ready.")


class ExportGone(Refusal):
    """The file was removed, or never came about."""

    code = "export_gone"
    sentence = _("This file is no longer here. Have the archive written out again.")


class ExportFailed(Refusal):
    """The disk or the store did not do its part."""

    code = "export_failed"
    sentence = _("The archive could not be written out. Please tell who runs this server; nothing was lost.")


class ExportTaken(Refusal):
    """Something lies where the archive shall be written."""

    code = "export_taken"
    sentence = _("There is something in this folder already. Name a new one.")


FAULTS: Mapping[Fault, str | Promise] = {
    Fault.NAME: _("The file's name leads elsewhere or hides signs."),
    Fault.MISSING: _("No such file is in the folder, or it changed meanwhile."),
    Fault.TWICE: _("The spreadsheet names this file twice."),
    Fault.DATE: _("The day cannot be read. Write it as 31/12/2020."),
    Fault.CATEGORY: _("There is no such field of information."),
    Fault.FORMULA: _("A cell holds a formula. Write what it shows."),
    Fault.TITLE: _("The title is longer than 200 characters."),
    Fault.TEXT: _("The text is longer than 20,000 characters."),
    Fault.EMPTY: _("The file is empty."),
    Fault.SIZE: _("The file is larger than 64 MB."),
    Fault.DAMAGED: _("The file is damaged within the ZIP."),
    Fault.LINE: _("The line tells of no bulletin."),
    Fault.DROPPED: _("It was decided not to bring this in."),
}
"""What is wrong with a row, in words."""

_SOUND_OR_PAPER = _("The file could not be taken in: it is no sound or paper that is kept here.")


def export_in_words(reason: str) -> str:
    """Return why an archive was not written out, in the language of the moment."""
    known = (media.StorageFull, ExportFailed)
    return str(next((one.sentence for one in known if one.code == reason), ExportFailed.sentence))


def in_words(reason: str) -> str:
    """Return why a file was not taken in, in the language of the moment."""
    if reason in set(Fault):
        return str(FAULTS[Fault(reason)])
    of_media = (getattr(media, name) for name in media.__all__)
    found = (one.sentence for one in of_media if getattr(one, "code", "") == reason)
    sentence = str(next(found, _SOUND_OR_PAPER))
    return str(_SOUND_OR_PAPER) if "%(" in sentence else sentence
