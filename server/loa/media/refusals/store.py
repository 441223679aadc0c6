"""Why nothing is taken for the moment."""

from django.utils.translation import gettext_lazy as _

from loa.kernel.errors import Refusal


class Busy(Refusal):
    """Other files are being worked on."""

    code = "media_busy"
    sentence = _("Other files are being processed. Try again in a minute.")


class StorageFull(Refusal):
    """The disk takes no more."""

    code = "media_storage_full"
    sentence = _("The storage for files is full. Ask the person who runs the system to make room.")
