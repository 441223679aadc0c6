"""Keeping stations without a device, and the log of what people played there by hand."""

import uuid
from dataclasses import asdict
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction

from loa.devices import by_hand, refusals, rules
from loa.devices.by_hand import Told
from loa.devices.commands import once
from loa.devices.models import HandPlay, Station
from loa.kernel import text
from loa.kernel.command import check, command, note
from loa.kernel.scope import Scope
from loa.orgs.models import Unit

RIGHT = "devices.keep_stations"
_LONG_AGO = timedelta(days=400)
_PLAIN = ("name", "place", "words")


@command(RIGHT)
def add_station(scope: Scope, unit: Unit, /, *, told: Told, now: datetime) -> Station:
    """Add a station that no device stands in. Raises `BadStation`."""
    station: Station = Station.objects.create(unit=unit, added_at=now, **_values(scope, told, now=now))
    note(station=str(station.pk), chain=told.chain.value, condition=told.condition.value)
    return station


@command(RIGHT)
def change_station(scope: Scope, station: Station, /, *, unit: Unit, told: Told, now: datetime) -> Station:
    """Note how a station is found now, or that it stands in another unit; the record keeps how it was."""
    if unit.pk != station.unit_id:
        check(scope, RIGHT, unit)
    rows = Station.objects.unscoped("the command checked the right").filter(pk=station.pk)
    rows.update(unit=unit, **_values(scope, told, now=now))
    note(station=str(station.pk), unit=unit.code, condition=told.condition.value)
    station.refresh_from_db()
    return station


@command(RIGHT)
def note_hand_play(
    scope: Scope,
    station: Station,
    /,
    *,
    played_at: datetime,
    words: str,
    minutes: int | None = None,
    airing_id: uuid.UUID | None = None,
    now: datetime,
) -> HandPlay:
    """Note that something was played or read out by hand. Raises `BadHandPlay` for what is still to come.

    Who notes the same again at once gets the first line back.
    """
    return _write(scope, station, played_at=played_at, words=words, minutes=minutes, airing_id=airing_id, now=now)


@command(RIGHT)
def correct_hand_play(
    scope: Scope,
    line: HandPlay,
    /,
    *,
    played_at: datetime,
    words: str,
    minutes: int | None = None,
    reason: str,
    now: datetime,
) -> HandPlay:
    """Put another line in the place of one that was wrong; the wrong one stays to be read.

    Raises `ReasonNeeded`, `BadHandPlay`, and `AlreadyCorrected` when somebody was faster.
    """
    why = text.line(reason)
    if not why or len(why) > rules.REASON_LONGEST:
        raise refusals.ReasonNeeded(longest=rules.REASON_LONGEST)
    try:
        with transaction.atomic():
            return _write(
                scope,
                line.station,
                played_at=played_at,
                words=words,
                minutes=minutes,
                airing_id=line.airing_id,
                corrects=line,
                reason=why,
                now=now,
            )
    except IntegrityError as faster:
        raise refusals.AlreadyCorrected from faster


def _write(
    scope: Scope,
    station: Station,
    *,
    played_at: datetime,
    words: str,
    minutes: int | None,
    airing_id: uuid.UUID | None,
    corrects: HandPlay | None = None,
    reason: str = "",
    now: datetime,
) -> HandPlay:
    what = text.line(words)
    if not what or len(what) > by_hand.WORDS_LONGEST or not now - _LONG_AGO <= played_at <= now:
        raise refusals.BadHandPlay
    if minutes is not None and not 1 <= minutes <= by_hand.MINUTES_MOST:
        raise refusals.BadHandPlay
    line = HandPlay(
        station=station,
        airing_id=airing_id,
        played_at=played_at,
        minutes=minutes,
        words=what,
        corrects=corrects,
        reason=reason,
        noted_at=now,
        noted_by=scope.actor.name or scope.actor.id,
    )
    once.take_turn(f"hand_play:{station.pk}")
    if corrects is None and (twin := _twin(line)) is not None:
        note(station=str(station.pk), line=str(twin.pk), again=True)
        return twin
    line.save(force_insert=True)
    note(station=str(station.pk), line=str(line.pk), corrects=None if corrects is None else str(corrects.pk))
    return line


def _twin(line: HandPlay) -> HandPlay | None:
    """Return the same line, noted a moment ago and not corrected since."""
    lately = (line.noted_at - rules.SAME_WITHIN, line.noted_at + rules.SAME_WITHIN)
    noted = HandPlay.objects.unscoped("the command checked the right").filter(
        station=line.station, airing_id=line.airing_id, played_at=line.played_at, minutes=line.minutes,
        words=line.words, corrects=None, corrected_by=None, noted_by=line.noted_by, noted_at__range=lately,
    )  # fmt: skip
    found: HandPlay | None = noted.order_by("pk").first()
    return found


def _values(scope: Scope, told: Told, *, now: datetime) -> dict[str, object]:
    values = asdict(told) | {"chain": told.chain.value, "condition": told.condition.value}
    values |= {name: text.line(values[name]) for name in _PLAIN}
    if not values["name"] or len(values["name"]) > rules.NAME_LONGEST or len(values["place"]) > by_hand.PLACE_LONGEST:
        raise refusals.BadStation
    if len(values["words"]) > by_hand.WORDS_LONGEST:
        raise refusals.BadStation
    if not all(0 <= (value or 0) <= most for value, most in _amounts(told)):
        raise refusals.BadStation
    return values | {"looked_at": now, "looked_by": scope.actor.name or scope.actor.id}


def _amounts(told: Told) -> tuple[tuple[int | None, int], ...]:
    return (told.power_w, by_hand.POWER_W_MOST), (told.speakers, by_hand.SPEAKERS_MOST)
