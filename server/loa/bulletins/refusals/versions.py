"""What who begins a version in another language may hear instead of a yes."""

from django.utils.translation import gettext_lazy as _

from loa.kernel.errors import Refusal


class VersionExists(Refusal):
    """The bulletin stands in this language already."""

    code = "version_exists"
    sentence = _("There is a version in this language already.")
