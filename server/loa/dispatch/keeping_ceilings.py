"""What becomes of ceilings when units change: they go along, so that nothing is louder the day after."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from loa.dispatch.models import Ceiling
from loa.kernel.scoped import ScopedQuerySet
from loa.orgs import ports

_WHY = "ceilings go along when their units change"


class CeilingKeeper(ports.LastingKeeper):
    """Keeps how loud it may be: the lowest wins. What was ended, and measurements, stay where they were."""

    name = "ceilings"
    words: str | Promise = _("volume ceilings")
    thing = "ceiling:"

    def standing(self) -> ScopedQuerySet[Ceiling]:
        """Return the ceilings that have not been ended."""
        found: ScopedQuerySet[Ceiling] = Ceiling.objects.unscoped(_WHY).filter(ended_at=None).order_by("pk")
        return found

    def called(self, row: Ceiling) -> str:
        """Return what it says of itself: it has no name."""
        return str(row)
