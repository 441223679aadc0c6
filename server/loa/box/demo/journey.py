"""Three minutes on the whole fleet: one text, written in the home commune and for the province, approved, heard."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any  # Any: figures are JSON
from uuid import UUID

from loa.accounts.models import User
from loa.box.demo import people, province
from loa.box.saying import Refused, step
from loa.bulletins import commands as bulletins
from loa.bulletins.models import Bulletin
from loa.bulletins.rules import Hearing, Way
from loa.devices import queries as devices
from loa.dispatch import queries as dispatch
from loa.kernel import clock
from loa.kernel import scope as scopes
from loa.media import commands as media
from loa.media import speech
from loa.media.rules import PreparedClip
from loa.orgs import queries as orgs
from loa.orgs.models import Unit
from loa.schedules import commands as schedules
from loa.schedules import queries as slots

CONNECTED_S = 60.0
AFTER_THE_END = timedelta(seconds=20)
_SCOPE = scopes.system("demo")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """A bulletin that waits for approval, with the unit it is for and the one who will approve."""

    bulletin: Bulletin
    number: int
    unit: Unit
    approver: User


def run() -> dict[str, Any]:
    """Write, ask, submit, approve; wait until every device has told; return the figures."""
    count = _await_fleet()
    home, everywhere = (orgs.unit_by_code(_SCOPE, code) for code in (province.HOME, province.PROVINCE))
    names = [one.username for one in people.PEOPLE]
    persons = {user.username: user for user in User.objects.filter(username__in=names)}
    words = province.THREE_MINUTES
    began = time.monotonic()
    sound = speech.speak(words.text)
    step("%(count)s words were spoken in %(seconds).1f s: %(length).0f s of sound", count=len(words.text.split()),
         seconds=time.monotonic() - began, length=sound.duration_ms / 1000)  # fmt: skip
    at_home = set(devices.enrolled_below(home.path))
    elsewhere = [device for device in devices.enrolled_below(everywhere.path) if device not in at_home]
    sent = [
        _submitted((persons[people.OFFICER], persons[people.LEADER]), home, sound=sound, device_ids=None),
        _submitted(
            (persons[people.EDITOR], persons[people.PROVINCE_LEADER]), everywhere, sound=sound, device_ids=elsewhere
        ),
    ]
    opened_at = clock.now()
    step("the leaders listen to all of it")
    time.sleep(sound.duration_ms / 1000)
    approved_at = clock.now()
    for one in sent:
        _approve(one, opened_at=opened_at, now=clock.now())
    airings = [_airing_of(one) for one in sent]
    figures = _heard(airings, approved_at=approved_at)
    return {"devices": count, **figures, "unit": home.name, "bulletin": str(sent[0].bulletin.pk), "voice": sound.voice}


def _await_fleet() -> int:
    deadline = time.monotonic() + CONNECTED_S
    while True:
        health = devices.health(clock.now())
        if health.connected == health.enrolled > province.SIMULATED:
            step("%(count)s devices are connected", count=health.connected)
            return health.enrolled
        if time.monotonic() > deadline:
            raise Refused("Only %(connected)s of %(count)s devices connected.", connected=health.connected,
                          count=health.enrolled)  # fmt: skip
        time.sleep(0.1)


def _submitted(pair: tuple[User, User], unit: Unit, *, sound: PreparedClip, device_ids: Sequence[UUID] | None) -> Sent:
    author, approver = pair
    scope, words = orgs.scope_for(author), province.THREE_MINUTES
    clip = media.keep(scope, unit, prepared=sound)
    bulletin = bulletins.write(
        scope, unit, title=words.title, text=words.text, author_id=author.pk, clip_id=clip.pk, voice=sound.voice,
        now=clock.now(),
    )  # fmt: skip
    schedules.ask(
        scope, unit, bulletin_id=bulletin.pk, start_at=None, device_ids=device_ids, requested_by=author.full_name,
        confirmed=True, now=clock.now(),
    )  # fmt: skip
    revision = bulletins.submit(scope, bulletin, now=clock.now())
    return Sent(bulletin=bulletin, number=revision.number, unit=unit, approver=approver)


def _approve(sent: Sent, *, opened_at: datetime, now: datetime) -> None:
    """Approve what was sent as a leader does who has read it, at night also that it wakes people."""
    asked = list(slots.of_bulletin(_SCOPE, sent.bulletin.pk))
    woken = slots.waking(asked, now=now)
    schedules.approve(
        orgs.scope_for(sent.approver, is_fresh=True), sent.bulletin, number=sent.number,
        hearing=Hearing(way=Way.DECLARED, opened_at=opened_at),
        places=slots.places_sha256(asked),
        wakes=None if woken is None else woken.count, now=now,
    )  # fmt: skip


def _airing_of(sent: Sent) -> UUID:
    deadline = time.monotonic() + 10.0
    while time.monotonic() < deadline:
        for slot in slots.of_bulletin(_SCOPE, sent.bulletin.pk):
            if slot.airing_id is not None:
                return slot.airing_id
            if slot.reason:
                raise Refused("The bulletin was not put on the air: %(why)s", why=slot.reason)
        time.sleep(0.05)
    raise Refused("The bulletin was not put on the air: %(why)s", why="?")


def _heard(airings: Sequence[UUID], *, approved_at: datetime) -> dict[str, Any]:
    while True:
        now = clock.now()
        outcomes = [dispatch.outcome(_SCOPE, airing, now=now) for airing in airings]
        waiting = sum(outcome.waiting for outcome in outcomes)
        end = max(outcome.airing.end_at for outcome in outcomes)
        if waiting == 0 or now > end + AFTER_THE_END:
            break
        time.sleep(0.25)
    rows = [row for outcome in outcomes for row in outcome.rows]
    first = [(row.started_at - approved_at).total_seconds() * 1000 for row in rows if row.started_at is not None]
    heard = sum(outcome.heard for outcome in outcomes)
    return {
        "heard": heard,
        "missed": sum(outcome.expected for outcome in outcomes) - heard,
        "approve_to_first_sound_ms": round(min(first, default=-1)),
        "approve_to_last_sound_ms": round(max(first, default=-1)),
        "start_skew_ms_p99": max((outcome.skew_ms_p99 or 0 for outcome in outcomes), default=0),
    }
