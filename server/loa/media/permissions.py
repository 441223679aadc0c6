"""What one may do with sound."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

PERMISSIONS: Mapping[str, str | Promise] = {
    "media.view": _("hear recordings"),
    "media.add": _("add recordings"),
}
