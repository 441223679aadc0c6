"""Why the search for malicious software keeps a file out, or in."""

from django.utils.translation import gettext_lazy as _

from loa.kernel.errors import Refusal


class Infected(Refusal):
    """The scanner knows this."""

    code = "media_infected"
    sentence = _("Malicious software was found in the file (%(found)s), so it was not taken.")


class ScannerAway(Refusal):
    """A search is required and nobody answers: nothing passes."""

    code = "media_scanner_away"
    sentence = _("Files cannot be searched for malicious software at the moment, so none passes. Try again later.")


class ScanIncomplete(Refusal):
    """The scanner gave up: too large, too deep, or an error of its own."""

    code = "media_scan_incomplete"
    sentence = _("The file could not be searched completely for malicious software, so it does not pass.")


class Quarantined(Refusal):
    """Signatures that came later know it."""

    code = "media_quarantined"
    sentence = _("Malicious software (%(found)s) was found in this file after it was taken in. It is not handed out.")
