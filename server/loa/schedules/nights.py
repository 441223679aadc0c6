"""How quiet a proposed rule leaves the nights, beside those that hold."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from loa.schedules.laid import laid
from loa.schedules.models import HourRule
from loa.schedules.rule_preview import day_shown
from loa.schedules.rules import nights as pure
from loa.schedules.rules.nights import Night


@dataclass(frozen=True, slots=True, kw_only=True)
class Shorter:
    """The quiet hours that hold and those to come, of which `lost` minutes of the night would be no part any more."""

    before: Night
    after: Night
    lost: int

    @property
    def sentence(self) -> str:
        """Return what becomes of the nights."""
        if self.after.minutes < self.before.minutes:
            said = _("The quiet hours go down from %(before)s to %(after)s.")
            said %= {"before": _length(self.before.minutes), "after": _length(self.after.minutes)}
        else:
            said = _("Of the present quiet hours %(lost)s would be quiet no more.") % {"lost": _length(self.lost)}
        return f"{said} {_('At night outside of them one person is enough to air.')}"


def shorter(rule: HourRule, *, now: datetime) -> Shorter | None:
    """Return what a proposal, loaded with `unit`, takes from the nights that hold from its first day; None if nothing.

    Limits of units above count in both. A lasting rule is held against the lasting ones, whatever day it begins on.
    """
    path, first, is_lasting = rule.unit.path, day_shown(rule, now=now), not rule.is_special
    before, after = (
        pure.night(laid([path], first=first, last=first, below=False, lasting=is_lasting, instead=one).on(path, first))
        for one in (None, rule)
    )
    lost = pure.lost(before, after)
    return Shorter(before=before, after=after, lost=lost) if lost else None


def _length(minutes: int) -> str:
    hours, rest = divmod(minutes, 60)
    if not hours:
        return _("%(minutes)s min") % {"minutes": rest}
    if not rest:
        return _("%(hours)s h") % {"hours": hours}
    return _("%(hours)s h %(minutes)s min") % {"hours": hours, "minutes": rest}
