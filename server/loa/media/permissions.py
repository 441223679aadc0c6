"""What one may do with sound."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

PERMISSIONS: Mapping[str, str | Promise] = {
    "media.view": _("hear recordings"),
    "media.add": _("add recordings"),
    "media.view_document": _("read documents"),
    "media.add_document": _("add documents"),
    "media.pronounce": _("say how words of one's unit are read out"),
    "media.choose_voice": _("choose the voice that usually reads for a unit"),
    "media.administer": _("add and remove voices"),
    "media.judge": _("search stored documents for malicious software"),
}
