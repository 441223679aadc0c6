"""Speaking live: who may, where, and when it wakes people; ending it."""

import uuid
from collections.abc import Collection, Sequence
from datetime import datetime

from loa.bulletins.rules import line
from loa.devices import live
from loa.devices.rules import LiveEnd
from loa.dispatch import commands as dispatching
from loa.dispatch import spoken as speeches
from loa.dispatch.models import Airing
from loa.kernel.command import command, demand_fresh, note
from loa.kernel.errors import NotFound, WrongState
from loa.kernel.scope import Scope, is_within
from loa.orgs import queries as orgs
from loa.orgs.models import Unit
from loa.orgs.rules import is_far
from loa.schedules import bounds, checks, consents, hours
from loa.schedules.models import SpeechConsent
from loa.schedules.night_refusals import AnothersWord, NobodyWoken, OnlyHelps
from loa.schedules.refusals import NotSpeaking, QuietHours, SecondPersonNeeded, SubjectNeeded, TooLong
from loa.schedules.rules import speaking
from loa.schedules.rules.hours import Timed
from loa_protocol import uuid7

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
    override: str = "",
    requested_by: str,
    now: datetime,
) -> Airing:
    """Open live speech by this person to units at or below one, from now on and no longer than these minutes.

    `wakes` is how many clusters the person agreed to wake: in the quiet hours more are `QuietHours`, and without the
    word of another person it is `SecondPersonNeeded`. `override` is why other hour rules are set aside: they are judged
    by all the time it may take, as `hours.demand` has it, or `HoursBroken`. Beyond one commune a second factor is
    fresh. Raises `SubjectNeeded`, `TooLong`, `NobodyThere`, `AlreadySpeaking`; `NotFound` for a unit that does not
    stand below.
    """
    speaker = checks.person(scope)
    lasts = speaking.length(minutes)
    words = line(title)
    if lasts is None:
        raise TooLong(longest=max(speaking.MINUTES))
    if not words or len(words) > TITLE_LONGEST:
        raise SubjectNeeded(longest=TITLE_LONGEST)
    wanted = topmost(units)
    if not wanted or not all(is_within(one.path, unit.path) for one in wanted):
        raise NotFound
    if is_far([(one.level, one.path) for one in wanted]):
        demand_fresh(scope)
    name = uuid7.make()
    span = speaking.span(now, lasts, key=f"live:{name}")
    hear = speeches.listening([one.path for one in wanted])
    consent = _consent(unit, wanted, span, speaker=speaker, hear=hear, wakes=wakes, now=now)
    for one in wanted:
        hours.demand(scope, one, [span], override=override, wakes=wakes or 0, device_ids=hear, now=now)
    note(units=[one.path for one in wanted], minutes=minutes, wakes=wakes)
    airing = dispatching.speak(
        checks.with_power(scope),
        unit,
        units=wanted,
        title=words,
        lasts=lasts,
        speaker=str(speaker),
        requested_by=requested_by,
        airing_id=name,
        exception=hours.excuse(span.key),
        now=now,
    )
    if consent is not None:
        consent.airing = airing
        consent.save(update_fields=["airing"])
    return airing


@command("schedules.request", channel=CHANNEL)
def agree_to_speech(scope: Scope, unit: Unit, /, *, speaker_id: int, wakes: int, now: datetime) -> SpeechConsent:
    """Agree that somebody speaks live to a unit at night within the hour and wakes no more clusters than these.

    `NotFound` for somebody who may not speak there, `SecondPersonNeeded` for oneself, `TooManyToWake`, `NobodyWoken`;
    `OnlyHelps` for who helps in a support session, where nothing is approved.
    """
    person = checks.person(scope)
    bounds.wakes(wakes)
    if scope.support:
        raise OnlyHelps
    if not wakes:
        raise NobodyWoken
    if person == speaker_id:
        raise SecondPersonNeeded
    if speaker_id not in orgs.holders_of([unit.pk], permission="schedules.speak")[unit.pk]:
        raise NotFound
    note(speaker=speaker_id, wakes=wakes)
    made: SpeechConsent = SpeechConsent.objects.create(
        unit=unit,
        speaker_id=speaker_id,
        given_by_id=person,
        wakes=wakes,
        given_at=now,
        expires_at=now + speaking.CONSENT_LASTS,
    )
    return made


@command("schedules.request", channel=CHANNEL)
def take_word_back(scope: Scope, consent: SpeechConsent, /, *, now: datetime) -> SpeechConsent:
    """Take back that somebody may wake people; `AnothersWord`, `WrongState` when it was used."""
    words = SpeechConsent.objects.unscoped("the command checked the right").select_for_update(of=("self",))
    held: SpeechConsent = words.select_related("unit").get(pk=consent.pk)
    if held.given_by_id != checks.person(scope):
        raise AnothersWord
    if held.airing_id is not None or held.taken_back_at is not None:
        raise WrongState
    held.taken_back_at = now
    held.save(update_fields=["taken_back_at"])
    note(speaker=held.speaker_id, wakes=held.wakes)
    return held


@command("schedules.speak")
def end_speech(scope: Scope, airing: Airing, /, *, now: datetime) -> Airing:
    """End live speech: what has been said still sounds. Who may speak there may end it; again changes nothing."""
    if live.get(airing.pk) is None:
        raise NotSpeaking
    return dispatching.close_speech(checks.with_power(scope), airing, reason=LiveEnd.ENDED, now=now)


def _consent(
    unit: Unit,
    wanted: Sequence[Unit],
    span: Timed,
    *,
    speaker: int,
    hear: Collection[uuid.UUID],
    wakes: int | None,
    now: datetime,
) -> SpeechConsent | None:
    """Return the second person's word that is used up by this speech; None where nobody is woken.

    `QuietHours` when the speaker has not said how many it wakes, `SecondPersonNeeded` when nobody else agreed to it.
    """
    woken = {device for one in wanted for device in hours.woken_by(one, [span], device_ids=hear)}
    if not woken:
        return None
    if wakes is None or len(woken) > wakes:
        raise QuietHours
    given = consents.standing(unit, speaker_id=speaker, wakes=len(woken), now=now)
    found = consents.counting(given.select_for_update(of=("self",)))
    if found is None:
        raise SecondPersonNeeded
    return found


def topmost(units: Sequence[Unit]) -> list[Unit]:
    """Return units without those that stand below another of them, by path."""
    ordered = sorted({one.pk: one for one in units}.values(), key=lambda one: one.path)
    return [
        one for one in ordered if not any(other.pk != one.pk and is_within(one.path, other.path) for other in ordered)
    ]
