"""A morning that was: two bulletins written, approved, aired and proved before the demonstration began."""

import random
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from uuid import UUID

from django.utils import timezone

from loa.accounts.models import User
from loa.audit import commands as audit
from loa.box.demo import province
from loa.box.demo.people import EDITOR, LEADER, OFFICER, PROVINCE_LEADER
from loa.box.demo.province import Words
from loa.bulletins import commands as bulletins
from loa.bulletins.models import Bulletin
from loa.bulletins.rules import Facts, Hearing, Way
from loa.devices.models import PlayEvent
from loa.dispatch import plans
from loa.dispatch.models import Airing, AiringTarget
from loa.media import commands as media
from loa.media.rules import PreparedClip
from loa.orgs import queries as orgs
from loa.orgs.models import Unit
from loa.schedules import commands as schedules
from loa_protocol import uuid7
from loa_protocol.messages import Outcome

EARLY_AT, MORNING_AT = time(5, 30), time(7, 0)
_VOLUME_PCT = 80
_SPOKEN_DBFS, _DEAD_DBFS = -19.0, -74.0
_OVER_AFTER = timedelta(hours=8)
"""How long after midnight the morning's airings are over and the last late cluster has told."""

_SEED = 2026


def tell(
    people: Mapping[str, User],
    units: Mapping[str, Unit],
    *,
    clips: Mapping[str, PreparedClip],
    devices: Sequence[UUID],
    now: datetime,
) -> None:
    """Write the history through the rooms' own commands, each given the time at which it was; then its evidence.

    `devices` are all clusters by unit; the last is the real agent's, which heard everything.
    """
    day = last_morning(now) - timedelta(days=1)
    heard_on = Facts(valid_from=_at(day, time(0, 0), days=1))  # “sáng nay” is the morning after the writing
    home, everywhere = units[province.HOME], units[province.PROVINCE]
    commune, editors = (people[OFFICER], people[LEADER]), (people[EDITOR], people[PROVINCE_LEADER])
    early = _approved(
        commune, home, province.EARLY, heard_on, sound=clips[province.EARLY.title], at=_at(day, time(16, 10))
    )
    morning = _approved(
        editors, everywhere, province.MORNING, heard_on, sound=clips[province.MORNING.title], at=_at(day, time(16, 40))
    )
    evening = _at(day, time(17, 0))
    asked = [
        _asked(commune, home, early, start_at=_at(day, EARLY_AT, days=1), now=evening),
        _asked(editors, everywhere, morning, start_at=_at(day, MORNING_AT, days=1), now=evening),
    ]
    with audit.chore("plans"):
        plans.refresh(now=evening + timedelta(minutes=1))
    chance = random.Random(_SEED)  # noqa: S311 - the same morning on every box, nothing secret
    for airing in asked:
        PlayEvent.objects.bulk_create(_evidence(airing, devices, chance), batch_size=1000)


def last_morning(now: datetime) -> date:
    """Return the local day of the last morning that is over, all evidence told."""
    return timezone.localdate(now - _OVER_AFTER)


def _approved(
    pair: tuple[User, User], unit: Unit, words: Words, facts: Facts, *, sound: PreparedClip, at: datetime
) -> Bulletin:
    writer, reader = (orgs.scope_for(user, is_fresh=True) for user in pair)
    clip = media.keep(writer, unit, prepared=sound)
    bulletin = bulletins.write(
        writer,
        unit,
        title=words.title,
        text=words.text,
        author_id=pair[0].pk,
        clip_id=clip.pk,
        voice=sound.voice,
        facts=facts,
        now=at,
    )
    sent = bulletins.submit(writer, bulletin, now=at + timedelta(minutes=2))
    bulletins.approve(
        reader,
        bulletin,
        number=sent.number,
        hearing=Hearing(way=Way.DECLARED, opened_at=at + timedelta(minutes=3)),
        now=at + timedelta(minutes=11),
    )
    return bulletin


def _asked(pair: tuple[User, User], unit: Unit, bulletin: Bulletin, *, start_at: datetime, now: datetime) -> Airing:
    writer, reader = pair
    wish = schedules.ask(
        orgs.scope_for(writer),
        unit,
        bulletin_id=bulletin.pk,
        start_at=start_at,
        device_ids=None,
        requested_by=writer.full_name,
        now=now,
    )
    slot = schedules.approve_place(
        orgs.scope_for(reader, is_fresh=True), bulletin, slot_id=wish.pk, now=now + timedelta(seconds=30)
    )
    if slot.airing_id is None:
        raise RuntimeError(f"the history's slot was not placed: {slot.state} {slot.reason}")
    found: Airing = Airing.objects.unscoped("the demonstration's own airing").get(pk=slot.airing_id)
    return found


def _evidence(airing: Airing, devices: Sequence[UUID], chance: random.Random) -> list[PlayEvent]:
    """Return what the airing's devices would have told: nearly all heard; a few without power, one with a dead line."""
    targets = set(
        AiringTarget.objects.unscoped("the demonstration's own airing")
        .filter(airing=airing)
        .values_list("device_id", flat=True)
    )
    present = [device for device in devices if device in targets]
    return [_event(airing, device, number, len(present), chance) for number, device in enumerate(present)]


def _event(airing: Airing, device: UUID, number: int, count: int, chance: random.Random) -> PlayEvent:
    lateness_ms = chance.randint(2, 38)
    started = airing.start_at + timedelta(milliseconds=lateness_ms)
    ended = started + timedelta(milliseconds=airing.clip_duration_ms)
    outcome, reason, level = Outcome.PLAYED, "", round(_SPOKEN_DBFS + chance.uniform(-2.5, 2.5), 1)
    is_real = number == count - 1
    if not is_real and number % 53 == 4:
        outcome, reason, level = Outcome.MISSED, "power_off", 0.0
    elif not is_real and number % 97 == 9:
        level = round(_DEAD_DBFS + chance.uniform(-3, 3), 1)
    missed = outcome is Outcome.MISSED
    told = airing.end_at + timedelta(minutes=chance.randint(3, 40)) if missed else ended
    return PlayEvent(
        id=uuid7.make(int(told.timestamp() * 1000)),
        device_id=device,
        seq=0,
        outcome=outcome.value,
        airing_id=airing.pk,
        clip=airing.clip_sha256,
        started_at=None if missed else started,
        ended_at=None if missed else ended,
        at=told,
        reason=reason,
        lateness_ms=None if missed else lateness_ms,
        volume_pct=None if missed else _VOLUME_PCT,
        level_dbfs=None if missed else level,
        clock_offset_ms=chance.randint(-12, 12),
        received_at=told + timedelta(milliseconds=chance.randint(20, 90)),
    )


def _at(day: date, moment: time, *, days: int = 0) -> datetime:
    return timezone.make_aware(datetime.combine(day + timedelta(days=days), moment))
