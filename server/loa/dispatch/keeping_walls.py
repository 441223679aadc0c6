"""What becomes of wall links when units change: a screen shows the unit that takes over."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from loa.dispatch.models import WallLink
from loa.kernel.scoped import ScopedQuerySet
from loa.orgs import ports

_WHY = "wall links go along when their units change"


class WallKeeper(ports.LastingKeeper):
    """Keeps which screens show a unit; what was ended stays where it was, and each ends by itself."""

    name = "walls"
    words: str | Promise = _("links for screens on a wall")
    thing = "wall:"

    def standing(self) -> ScopedQuerySet[WallLink]:
        """Return the links that have not been ended."""
        found: ScopedQuerySet[WallLink] = WallLink.objects.unscoped(_WHY).filter(ended_at=None).order_by("pk")
        return found

    def called(self, row: WallLink) -> str:
        """Return what it says of itself: it has no name."""
        return str(row)
