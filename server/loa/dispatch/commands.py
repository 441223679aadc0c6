"""Every write of airings."""

import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.conf import settings

from loa.devices import commands as devices
from loa.dispatch import plans, rules, targets
from loa.dispatch.joining import reach as reach  # noqa: PLC0414 - others enter by this door
from loa.dispatch.limiting import ask_to_end as ask_to_end  # noqa: PLC0414 - as above
from loa.dispatch.limiting import end_ceiling as end_ceiling  # noqa: PLC0414 - as above
from loa.dispatch.limiting import keep_ceiling as keep_ceiling  # noqa: PLC0414 - as above
from loa.dispatch.limiting import note_level as note_level  # noqa: PLC0414 - as above
from loa.dispatch.limiting import set_ceiling as set_ceiling  # noqa: PLC0414 - as above
from loa.dispatch.models import Airing, AiringTarget, Pending
from loa.dispatch.refusals import AboutToAir, AlreadyOver, NobodyThere, ReasonNeeded, TooFarAhead, TooLate
from loa.dispatch.relaying import open_relay as open_relay  # noqa: PLC0414 - as above
from loa.dispatch.relaying import plan_relay as plan_relay  # noqa: PLC0414 - as above
from loa.dispatch.relaying import remark as remark  # noqa: PLC0414 - as above
from loa.dispatch.speaking import close_speech as close_speech  # noqa: PLC0414 - others enter by this door
from loa.dispatch.speaking import keep_speech as keep_speech  # noqa: PLC0414 - as above
from loa.dispatch.speaking import speak as speak  # noqa: PLC0414 - as above
from loa.dispatch.walling import end_wall as end_wall  # noqa: PLC0414 - as above
from loa.dispatch.walling import show_wall as show_wall  # noqa: PLC0414 - as above
from loa.kernel import scope as scopes
from loa.kernel import text
from loa.kernel.command import command, note
from loa.kernel.errors import WrongState
from loa.kernel.scope import Scope
from loa.media.rules import ClipFacts
from loa.orgs.models import Unit
from loa_protocol.messages import NowKind
from loa_protocol.plan import LateRule, Priority, ResumeRule


@command("dispatch.request")
def request(
    scope: Scope,
    unit: Unit,
    /,
    *,
    title: str,
    clip: ClipFacts,
    start_at: datetime | None,
    device_ids: Sequence[uuid.UUID] | None,
    priority: Priority = Priority.SCHEDULED,
    late_rule: LateRule = LateRule.START,
    resume_rule: ResumeRule = ResumeRule.SKIP,
    tolerance_most: timedelta | None = None,
    source: str,
    requested_by: str = "",
    exception: str = "",
    now: datetime,
) -> Airing:
    """Put a clip on the air at a time, or at once when `start_at` is None, below a unit or on some of its devices.

    Asking again with the same `source` returns the first airing. What starts at once, or inside the freeze horizon,
    goes out as an urgent message with this transaction; everything else with the next plans.
    `tolerance_most` is how late a device may begin where the usual would be too late, `exception` why it sounds though
    rules speak against it. `TooLate`, `TooFarAhead`, `NobodyThere`; `NotFound` for a device that is not below the unit.
    """
    airing = _airing(
        unit,
        clip,
        title=title,
        start_at=start_at,
        priority=priority,
        late_rule=late_rule,
        tolerance_most=tolerance_most,
        source=source,
        is_chosen=device_ids is not None,
        now=now,
    )
    chosen = None if device_ids is None else sorted(set(device_ids))
    airing.exception, airing.resume_rule = exception, resume_rule
    airing.requested_by = requested_by or scope.actor.name or scope.actor.id
    Airing.objects.bulk_create([airing], ignore_conflicts=True)
    kept: Airing = Airing.objects.unscoped("it may have asked before").select_related("unit").get(source=source)
    note(airing=kept.pk, source=source)
    if kept.pk != airing.pk:
        return kept
    note(devices=_fixed(airing, unit, device_ids=chosen), start_at=airing.start_at)
    Pending.objects.create(airing=airing)
    if airing.state == rules.State.RELEASED:
        devices.publish_now(
            scopes.system("dispatch"),
            unit,
            kind=NowKind.PLAY,
            airing=plans.planned(airing),
            device_ids=chosen,
            expires_at=airing.end_at,
            now=now,
        )
    return airing


@command("dispatch.stop")
def stop(scope: Scope, airing: Airing, /, *, reason: str, now: datetime) -> Airing:
    """Break an airing off everywhere, at once; one that no device holds yet is cancelled instead.

    Raises `ReasonNeeded`, and `AlreadyOver` when it has ended or was stopped before.
    """
    held = _hold(airing)
    words = _reason(reason)
    if held.state not in rules.STANDING or now >= held.end_at:
        raise AlreadyOver
    released = held.state == rules.State.RELEASED
    # Plans that carry a planned airing may be on their way just now, and the next ones would come too late.
    urgent = released or rules.is_frozen(held.start_at, now=now)
    _end(
        airing, held, state=rules.State.STOPPED if released else rules.State.CANCELLED, by=scope, reason=words, now=now
    )
    if urgent:
        devices.publish_now(
            scopes.system("dispatch"),
            airing.unit,
            kind=NowKind.STOP,
            airing_id=str(held.pk),
            device_ids=_chosen(held),
            expires_at=held.end_at,
            now=now,
        )
    return airing


@command("dispatch.stop")
def cancel(scope: Scope, airing: Airing, /, *, reason: str, now: datetime) -> Airing:
    """Take an airing back before it begins. `AboutToAir` inside the freeze horizon, `WrongState` when it is no more."""
    held = _hold(airing)
    words = _reason(reason)
    if held.state not in rules.STANDING:
        raise WrongState
    if now >= held.end_at:
        raise AlreadyOver
    if rules.is_frozen(held.start_at, now=now):
        raise AboutToAir
    _end(airing, held, state=rules.State.CANCELLED, by=scope, reason=words, now=now)
    return airing


def _airing(
    unit: Unit,
    clip: ClipFacts,
    /,
    *,
    title: str,
    start_at: datetime | None,
    priority: Priority,
    late_rule: LateRule,
    tolerance_most: timedelta | None,
    source: str,
    is_chosen: bool,
    now: datetime,
) -> Airing:
    """Return the airing, not yet stored. Raises when its time cannot be."""
    start = now + settings.NOW_LEAD if start_at is None else start_at
    if start <= now:
        raise TooLate
    if start > now + rules.AHEAD_MOST:
        raise TooFarAhead
    usual: timedelta = rules.NOW_TOLERANCE if start_at is None else rules.SCHEDULED_TOLERANCE
    tolerance = usual if tolerance_most is None else min(usual, tolerance_most)
    urgent = start_at is None or rules.is_frozen(start, now=now)
    return Airing(
        unit=unit,
        title=title,
        clip_sha256=clip.sha256,
        clip_size_bytes=clip.size_bytes,
        clip_duration_ms=clip.duration_ms,
        start_at=start,
        end_at=start + tolerance + timedelta(milliseconds=clip.duration_ms),
        priority=priority,
        late_rule=late_rule,
        fade_in_ms=0 if priority >= Priority.LIVE else int(rules.FADE_IN.total_seconds() * 1000),
        late_tolerance_ms=int(tolerance.total_seconds() * 1000),
        state=rules.State.RELEASED if urgent else rules.State.PLANNED,
        is_now=start_at is None,
        is_chosen=is_chosen,
        source=source,
        created_at=now,
        released_at=now if urgent else None,
    )


def _fixed(airing: Airing, unit: Unit, /, *, device_ids: Sequence[uuid.UUID] | None) -> int:
    """Store for which devices an airing is meant, and return how many; `NobodyThere` when there are none."""
    count = targets.fix(airing, unit_path=unit.path, device_ids=device_ids)
    if count == 0:
        raise NobodyThere
    return count


def _hold(airing: Airing) -> Airing:
    """Return the row as it stands now, locked until the transaction ends."""
    held: Airing = Airing.objects.unscoped("the command checked the right").select_for_update().get(pk=airing.pk)
    return held


def _end(given: Airing, held: Airing, *, state: rules.State, by: Scope, reason: str, now: datetime) -> None:
    """Store that an airing is no more and let its devices' plans be made anew; the caller's object knows too."""
    for row in (held, given):
        row.state, row.stopped_at, row.stop_reason = state, now, reason
        row.stopped_by = by.actor.name or by.actor.id
    held.save(update_fields=["state", "stopped_at", "stopped_by", "stop_reason"])
    Pending.objects.create(airing=held)
    note(state=state.value, reason=reason)


def _chosen(airing: Airing) -> list[uuid.UUID] | None:
    if not airing.is_chosen:
        return None
    found = AiringTarget.objects.unscoped("the command checked the right").filter(airing=airing)
    return list(found.order_by("device_id").values_list("device_id", flat=True))


def _reason(reason: str) -> str:
    words = text.line(reason)
    if not words or len(words) > rules.REASON_LONGEST:
        raise ReasonNeeded(longest=rules.REASON_LONGEST)
    return words
