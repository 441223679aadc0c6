"""Which entries of the programme something concerns that happened to clusters, units or hour rules."""

import uuid
from datetime import date

from django.db.models import Q

from loa.orgs.rules import ancestor_paths
from loa.schedules.models import Entry, EntryVersion
from loa.schedules.rules.entries import EntryState


def reaching(path: str, *, also_below: bool = False, on: date) -> list[uuid.UUID]:
    """Return the entries that still come and may be heard at a place: of its unit and of those above it.

    With `also_below` those of units below as well.
    """
    where = Q(unit__path__in=ancestor_paths(path))
    if also_below:
        where |= Q(unit__path__within=path)
    found = Entry.objects.unscoped("what comes to a place").filter(where, versions__state=EntryState.APPROVED)
    return list(found.exclude(ended_on__lte=on).order_by("pk").values_list("pk", flat=True).distinct())


def set_aside(path: str, *, on: date) -> list[uuid.UUID]:
    """Return the entries that may break hour rules by an approval, and sound at a unit, above or below it."""
    near = Q(entry__unit__path__in=ancestor_paths(path)) | Q(entry__unit__path__within=path)
    found = EntryVersion.objects.unscoped("a fact about hour rules").filter(near, state=EntryState.APPROVED)
    standing = found.exclude(overridden=[]).exclude(entry__ended_on__lte=on)
    return list(standing.order_by("entry_id").values_list("entry_id", flat=True).distinct())
