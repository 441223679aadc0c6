"""Why no text is taken out of a file."""

from django.utils.translation import gettext_lazy as _

from loa.kernel.errors import Refusal


class NoTextKind(Refusal):
    """Neither a Word file nor a PDF."""

    code = "media_no_text_kind"
    sentence = _("Text is taken from Word files (DOCX) and PDF files only.")


class ScannedPaper(Refusal):
    """A PDF of pictures."""

    code = "media_scanned_paper"
    sentence = _("This PDF is a scan: its pages are pictures without text. Open the original file, or type the text.")


class NoWords(Refusal):
    """A Word file without a word."""

    code = "media_no_words"
    sentence = _("There is no text in this file.")


class LegacyFont(Refusal):
    """Typed with a font from before Unicode that we cannot turn round."""

    code = "media_legacy_font"
    sentence = _(
        "The text was typed with an old font that only its own program shows rightly. "
        "Convert the file to Unicode, then try again."
    )


class TextTooMuch(Refusal):
    """More pages or letters than anybody would read out."""

    code = "media_text_too_much"
    sentence = _("The file is too long: at most 200 pages. Save the part you need as a file of its own.")
