"""Speaking live: who may, where, and when it wakes people; ending it."""

from collections.abc import Sequence
from datetime import datetime

from loa.devices import live
from loa.devices.rules import LiveEnd
from loa.dispatch import commands as dispatching
from loa.dispatch import spoken
from loa.dispatch.models import Airing
from loa.kernel.command import command, demand_fresh, note
from loa.kernel.errors import NotFound
from loa.kernel.scope import Scope, is_within
from loa.orgs.models import Unit
from loa.orgs.rules import is_far
from loa.schedules import checks, rules
from loa.schedules.refusals import NotSpeaking, QuietHours, SubjectNeeded, TooLong
from loa.schedules.rules import speaking

CHANNEL = Airing.scope_channel
TITLE_LONGEST = 120


@command("schedules.speak", channel=CHANNEL)
def speak(
    scope: Scope,
    unit: Unit,
    /,
    *,
    units: Sequence[Unit],
    title: str,
    minutes: int,
    wakes: int | None = None,
    requested_by: str,
    now: datetime,
) -> Airing:
    """Open live speech by this person to units at or below one, from now on and no longer than these minutes.

    `wakes` is how many clusters the person agreed to wake: in the quiet hours more are `QuietHours`. Beyond one commune
    a second factor has to be fresh. Raises `SubjectNeeded`, `TooLong`, `NobodyThere`, `AlreadySpeaking`; `NotFound` for
    a unit that does not stand below.
    """
    speaker = checks.person(scope)
    lasts = speaking.length(minutes)
    words = " ".join(title.split())
    if lasts is None:
        raise TooLong(longest=max(speaking.MINUTES))
    if not words or len(words) > TITLE_LONGEST:
        raise SubjectNeeded(longest=TITLE_LONGEST)
    wanted = topmost(units)
    if not wanted or not all(is_within(one.path, unit.path) for one in wanted):
        raise NotFound
    if is_far([(one.level, one.path) for one in wanted]):
        demand_fresh(scope)
    count = spoken.hearers([one.path for one in wanted])
    if rules.is_quiet(now) and (wakes is None or count > wakes):
        raise QuietHours
    note(units=[one.path for one in wanted], minutes=minutes, wakes=wakes)
    return dispatching.speak(
        checks.with_power(scope),
        unit,
        units=wanted,
        title=words,
        lasts=lasts,
        speaker=str(speaker),
        requested_by=requested_by,
        now=now,
    )


@command("schedules.speak")
def end_speech(scope: Scope, airing: Airing, /, *, now: datetime) -> Airing:
    """End live speech: what has been said still sounds. Who may speak there may end it; again changes nothing."""
    if live.get(airing.pk) is None:
        raise NotSpeaking
    return dispatching.close_speech(checks.with_power(scope), airing, reason=LiveEnd.ENDED, now=now)


def topmost(units: Sequence[Unit]) -> list[Unit]:
    """Return units without those that stand below another of them, by path."""
    ordered = sorted({one.pk: one for one in units}.values(), key=lambda one: one.path)
    return [
        one for one in ordered if not any(other.pk != one.pk and is_within(one.path, other.path) for other in ordered)
    ]
