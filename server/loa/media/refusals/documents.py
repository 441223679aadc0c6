"""Why a picture or a paper is not taken: each a sentence a person can act on."""

from django.utils.translation import gettext_lazy as _

from loa.kernel.errors import Refusal


class NotDocument(Refusal):
    """The content is nothing we take, whatever its name says."""

    code = "media_not_document"
    sentence = _("This file is no document or picture we take. Choose a PDF, DOCX, XLSX, JPEG, PNG or WebP file.")


class DrawingRefused(Refusal):
    """SVG: a picture that can carry programs."""

    code = "media_drawing_refused"
    sentence = _("SVG drawings can carry programs and are not taken. Save the picture as PNG and send that.")


class OldOffice(Refusal):
    """The office files from before 2007, or an office file under a password: both look the same from outside."""

    code = "media_old_office"
    sentence = _("This is an old or protected office file. Save it as DOCX, XLSX or PDF without a password.")


class WrongEnding(Refusal):
    """The name promises another kind than the content is."""

    code = "media_wrong_ending"
    sentence = _("The name ends in “%(ending)s”, but the content is %(kind)s. Send the file under its right name.")


class WrongName(Refusal):
    """A name that would be a path, a trick or a program."""

    code = "media_wrong_name"
    sentence = _("The file's name is not allowed. Rename it with letters, digits, spaces and one ending, such as .pdf.")


class DocumentTooLarge(Refusal):
    """More bytes than we take."""

    code = "media_document_too_large"
    sentence = _("The file is larger than 25 MB. Save it smaller, or split it.")


class DocumentTruncated(Refusal):
    """The file ends before its content does, or cannot be read."""

    code = "media_document_damaged"
    sentence = _("The file is incomplete or damaged. Open it, save it again and send the new file.")


class TooManyPixels(Refusal):
    """A picture that would take hundreds of megabytes once unpacked."""

    code = "media_too_many_pixels"
    sentence = _("The picture is larger than 40 million pixels or 12,000 on a side. Make it smaller and send it again.")


class HiddenContent(Refusal):
    """Two files in one: what a reader sees depends on who reads."""

    code = "media_hidden_content"
    sentence = _(
        "The file hides other content inside it and is not taken. Save the picture or paper anew and send that."
    )


class Overblown(Refusal):
    """An archive made to swell: a zip bomb."""

    code = "media_overblown"
    sentence = _("The file would swell beyond all measure when opened and is not taken. Save it anew and send that.")


class ArchiveTrick(Refusal):
    """Paths that lead out, entries that overlap or repeat, an archive under a password."""

    code = "media_archive_trick"
    sentence = _("The inside of the file is not built as an office file should be. Save it anew and send that.")


class Macros(Refusal):
    """A program inside an office file."""

    code = "media_macros"
    sentence = _("The file contains macros or other programs. Save it as DOCX, XLSX or PDF without macros.")


class EmbeddedFiles(Refusal):
    """Other files inside."""

    code = "media_embedded_files"
    sentence = _("Other files are embedded in this one. Remove them, or send each file by itself.")


class OutsideLinks(Refusal):
    """A file that fetches or opens something elsewhere by itself."""

    code = "media_outside_links"
    sentence = _("The file fetches content from elsewhere by itself. Remove the links to outside and save it anew.")


class ActivePaper(Refusal):
    """A PDF that acts."""

    code = "media_active_paper"
    sentence = _("The PDF contains programs or actions that run by themselves. Print it to PDF anew and send that.")


class LockedPaper(Refusal):
    """A password is needed."""

    code = "media_locked_paper"
    sentence = _("The file is under a password and cannot be checked. Save it without a password.")


class DocumentTooHeavy(Refusal):
    """Looking through it took more time or memory than it may."""

    code = "media_document_too_heavy"
    sentence = _("This file takes too much effort to read. Save it anew, or as PDF, and send that.")


class Changed(Refusal):
    """What lies in the store is not what was taken in."""

    code = "media_changed"
    sentence = _("The stored file is no longer what was taken in, so it is not handed out. Tell who runs the system.")
