"""What else than words narrows a search of the archive."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from django.db.models import Exists, F, OuterRef, Q

from loa.bulletins import ports, rules
from loa.bulletins.models import CategoryPlace, Rendition, Sought
from loa.bulletins.rules.renditions import CHANNELS
from loa.kernel.scoped import ScopedQuerySet
from loa.orgs.rules import Channel


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """What else than words narrows a search; None and empty narrow nothing. Spans are half-open."""

    unit_path: str = ""
    states: Sequence[rules.State] = ()
    sound: Literal["", "recorded", "spoken", "none"] = ""
    kind: str = ""
    category: str = ""
    language: str = ""
    origin_level: str = ""
    channel: str = ""
    """A channel for which the present wording has words of its own; for loudspeakers, a sound."""
    written_since: datetime | None = None
    written_until: datetime | None = None
    is_aired: bool | None = None
    aired_since: datetime | None = None
    aired_until: datetime | None = None


def narrowed(reached: ScopedQuerySet[Sought], filters: Filters, *, now: datetime) -> ScopedQuerySet[Sought]:
    """Return what fits the filters."""
    fits = Q()
    if filters.states:
        fits &= Q(state__in=list(filters.states))
    if filters.sound:
        fits &= Q(sound="" if filters.sound == "none" else filters.sound)
    for column in ("kind", "language", "origin_level"):
        if wanted := getattr(filters, column):
            fits &= Q(**{column: wanted})
    if filters.category:
        fits &= Q(category__in=_with_those_below(filters.category))
    if filters.channel:
        fits &= _made_for(Channel(filters.channel))
    if filters.written_since is not None:
        fits &= Q(written_at__gte=filters.written_since)
    if filters.written_until is not None:
        fits &= Q(written_at__lt=filters.written_until)
    if filters.is_aired is not None or filters.aired_since is not None or filters.aired_until is not None:
        aired = Exists(ports.aired_in(OuterRef("bulletin_id"), filters.aired_since, filters.aired_until, now=now))
        fits &= ~Q(aired) if filters.is_aired is False else Q(aired)
    return reached.filter(fits)


def _made_for(channel: Channel) -> Q:
    if channel is Channel.LOUDSPEAKER:
        return ~Q(sound="")
    forms = [form for form, channels in CHANNELS.items() if channel in channels]
    own = Rendition.objects.unscoped("of bulletins this scope may read").filter(
        revision__bulletin=OuterRef("bulletin_id"),
        revision=F("revision__bulletin__current"),
        form__in=forms,
        is_edited=True,
    )
    return Q(Exists(own))


def _with_those_below(category: str) -> list[str]:
    """Return a category's code and those below it on any day: what was filed stays found."""
    found, fresh = {category}, {category}
    while fresh:
        fresh = set(CategoryPlace.objects.filter(parent_id__in=fresh).values_list("category_id", flat=True)) - found
        found |= fresh
    return sorted(found)
