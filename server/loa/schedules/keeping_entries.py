"""What becomes of programmes when units change: entries go along, and reach the clusters they were approved for."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime

from django.db.models import Q
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from loa.devices import queries as devices
from loa.kernel import clock
from loa.kernel.scoped import ScopedQuerySet
from loa.orgs import ports as going_along
from loa.orgs import queries as orgs
from loa.orgs.ports import Clash, Move, Moved
from loa.schedules import planning, programme
from loa.schedules.models import Entry, EntryVersion
from loa.schedules.rules.entries import EntryState

_WHY = "programmes go along when their units change"
_THING = "entry:"
_LIVING = (EntryState.DRAFT, EntryState.SUBMITTED, EntryState.APPROVED)


class EntryKeeper:
    """Keeps what comes again. What was on the air stays where it was heard."""

    name = "schedules.entries"
    words: str | Promise = _("entries of the programme")

    def holdings(self, unit_ids: Collection[int]) -> Mapping[int, int]:
        """Return how many entries each unit has that may still come."""
        return Counter(_living(unit_ids, on=timezone.localdate(clock.now())).values_list("unit_id", flat=True))

    def clashes(self, moves: Sequence[Move], *, on: date) -> Sequence[Clash]:
        """Return the minutes at which entries of several parts would come into one programme."""
        heirs = going_along.heirs(moves)
        entries = list(_living({*heirs, *heirs.values()}, on=on))
        at: dict[tuple[int, str], list[EntryVersion]] = {}
        for versions in programme.approved_of(entries).values():
            for version in versions[:1]:
                unit = heirs.get(version.entry.unit_id, version.entry.unit_id)
                at.setdefault((unit, f"{version.at:%H:%M}"), []).append(version)
        return [
            Clash(
                unit=unit,
                sentence=_("At %(time)s several programmes would begin in one unit: %(titles)s.")
                % {"time": minute, "titles": ", ".join(sorted(version.title for version in versions))},
                things=[f"{_THING}{version.entry_id}" for version in versions],
            )
            for (unit, minute), versions in sorted(at.items())
            if len({version.entry.unit_id for version in versions}) > 1
        ]

    def hand_over(self, moves: Sequence[Move], *, now: datetime) -> Sequence[Moved]:
        """Give the entries to the unit that takes over; each keeps to the clusters it was approved for."""
        on = timezone.localdate(now)
        going = going_along.heirs(moves)
        _narrow(going, on=on)
        found = list(_living(going, on=on).select_for_update(of=("self",)))
        titles = {entry: versions[0].title for entry, versions in programme.approved_of(found).items() if versions}
        moved = going_along.hand_along(_THING, found, moves, name=lambda one: titles.get(one.pk, str(one.pk)))
        Entry.objects.unscoped(_WHY).bulk_update(found, ["unit"], batch_size=1000)
        planning.look_again([entry.pk for entry in found])
        return moved

    def take_back(self, moved: Sequence[Moved], *, now: datetime) -> int:
        """Give back what is still there; the clusters stay those it was narrowed to."""
        came = going_along.came(moved, _THING)
        there = _living({one.to_unit for one in came.values()}, on=timezone.localdate(now)).filter(pk__in=came)
        back = going_along.hand_back(_THING, there.select_for_update(of=("self",)), moved)
        Entry.objects.unscoped(_WHY).bulk_update(back, ["unit"], batch_size=1000)
        planning.look_again([entry.pk for entry in back])
        return len(back)

    def relocated(self, unit_ids: Collection[int], *, now: datetime) -> None:
        """Do nothing: an entry names its unit, not a path."""

    def hand_on(self, from_user: int, to_user: int | None, *, now: datetime) -> int:  # noqa: ARG002 - as the port says
        """Return how many drafts a leaver wrote; they stay with the unit, and who wrote is never rewritten."""
        written: ScopedQuerySet[EntryVersion] = EntryVersion.objects.unscoped(_WHY).filter(written_by=str(from_user))
        return written.filter(state__in=[EntryState.DRAFT, EntryState.SUBMITTED]).count()

    def without_owner(self, unit_ids: Collection[int]) -> int:
        """Return how many versions wait for an approver whom their unit does not have, other than who wrote them."""
        waiting: ScopedQuerySet[EntryVersion] = EntryVersion.objects.unscoped(_WHY).filter(
            entry__unit__in=list(unit_ids), state=EntryState.SUBMITTED
        )
        found = list(waiting.select_related("entry"))
        able = orgs.holders_of({one.entry.unit_id for one in found}, permission="bulletins.approve")
        return sum(
            not set(map(str, able[one.entry.unit_id])) - {one.written_by, one.submitted_by} for one in found
        )  # fmt: skip


def _narrow(unit_ids: Collection[int], *, on: date) -> None:
    """Let versions that mean all clusters of a unit that closes, or of a station that does, keep to these."""
    living: ScopedQuerySet[EntryVersion] = EntryVersion.objects.unscoped(_WHY).filter(
        Q(entry__unit__in=list(unit_ids)) | Q(station_ids__overlap=list(unit_ids)),
        state__in=_LIVING,
        device_ids=None,
    )
    versions = list(living.select_related("entry").select_for_update(of=("self",)).order_by("pk"))
    places = {place for one in versions for place in one.station_ids or [one.entry.unit_id]}
    stood = devices.stood_below(sorted(places), before=on)
    for one in versions:
        found = {device for place in one.station_ids or [one.entry.unit_id] for device in stood.get(place, ())}
        if found:
            EntryVersion.objects.unscoped(_WHY).filter(pk=one.pk).update(device_ids=sorted(found))


def _living(unit_ids: Collection[int], *, on: date) -> ScopedQuerySet[Entry]:
    entries: ScopedQuerySet[Entry] = Entry.objects.unscoped(_WHY).filter(unit__in=list(unit_ids))
    coming = entries.filter(Q(ended_on=None) | Q(ended_on__gt=on), versions__state__in=_LIVING)
    return Entry.objects.unscoped(_WHY).filter(pk__in=coming.values("pk")).order_by("pk")  # type: ignore[no-any-return]  # as elsewhere
