"""What becomes of a unit's templates when units change: they go along with its work."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from loa.bulletins.models import Template
from loa.kernel.scoped import ScopedQuerySet
from loa.orgs import ports as going_along
from loa.orgs.ports import Clash, Move, Moved

_WHY = "templates go along when their units change"
_THING = "template:"


class TemplateKeeper:
    """Keeps the templates units offer to themselves and those below."""

    name = "templates"
    words: str | Promise = _("templates of bulletins")

    def holdings(self, unit_ids: Collection[int]) -> Mapping[int, int]:
        """Return how many templates each unit offers."""
        return Counter(one.unit_id for one in _offered(unit_ids))

    def clashes(self, moves: Sequence[Move], *, on: date) -> Sequence[Clash]:  # noqa: ARG002 - as the port says
        """Templates do not clash: two with one name stand side by side."""
        return ()

    def hand_over(self, moves: Sequence[Move], *, now: datetime) -> Sequence[Moved]:  # noqa: ARG002 - as the port says
        """Give them to the unit that takes over."""
        found = list(_offered(going_along.heirs(moves)))
        moved = going_along.hand_along(_THING, found, moves, name=lambda one: one.name)
        Template.objects.unscoped(_WHY).bulk_update(found, ["unit"])
        return moved

    def take_back(self, moved: Sequence[Moved], *, now: datetime) -> int:  # noqa: ARG002 - as the port says
        """Give them back where they are still offered there."""
        there = going_along.hand_back(_THING, _offered({one.to_unit for one in moved}), moved)
        Template.objects.unscoped(_WHY).bulk_update(there, ["unit"])
        return len(there)

    def relocated(self, unit_ids: Collection[int], *, now: datetime) -> None:
        """Do nothing: a template names its unit, not a path."""

    def hand_on(self, from_user: int, to_user: int | None, *, now: datetime) -> int:  # noqa: ARG002 - as the port says
        """Nothing is a person's: a template belongs to its unit."""
        return 0

    def without_owner(self, unit_ids: Collection[int]) -> int:  # noqa: ARG002 - as the port says
        """A template needs nobody to go on being offered."""
        return 0


def _offered(unit_ids: Collection[int]) -> ScopedQuerySet[Template]:
    kept: ScopedQuerySet[Template] = Template.objects.unscoped(_WHY)
    return kept.filter(unit_id__in=list(unit_ids), ended_at=None).order_by("pk")
