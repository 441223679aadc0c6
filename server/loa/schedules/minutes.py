"""How long bulletins were on the air, by what they are."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from django.db.models import Sum

from loa.kernel.scope import Scope
from loa.kernel.scoped import ScopedQuerySet
from loa.schedules.models import Slot


def by_language(scope: Scope, *, start_at: datetime, end_at: datetime) -> Mapping[str, timedelta]:
    """Return how long bulletins of each language were put on the air from `start_at` until before `end_at`.

    An airing counts once with the length of its clip, however many clusters played it; one that was taken back before
    it began does not count. The keys are codes of languages.
    """
    slots: ScopedQuerySet[Slot] = Slot.objects.within(scope, "schedules.view")
    aired = slots.filter(airing__start_at__gte=start_at, airing__start_at__lt=end_at).exclude(airing__state="cancelled")
    told = aired.values_list("bulletin__current__language").annotate(ms=Sum("airing__clip_duration_ms"))
    return {language: timedelta(milliseconds=ms) for language, ms in told.order_by("bulletin__current__language")}
