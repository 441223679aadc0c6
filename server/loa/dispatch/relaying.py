"""A relay as an airing: planned for its time, opened when that comes, with what happens to it on the way."""

import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta

from loa.devices import commands as devices
from loa.devices import rules as device_rules
from loa.dispatch import rules, targets
from loa.dispatch.models import NO_CLIP, Airing, AiringTarget, Remark
from loa.dispatch.refusals import AlreadyOver, NobodyThere, TooFarAhead, TooLate
from loa.kernel import scope as scopes
from loa.kernel.command import Place, command, note
from loa.kernel.errors import WrongState
from loa.kernel.scope import Scope
from loa.orgs.models import Unit
from loa_protocol import uuid7
from loa_protocol.plan import LateRule, Priority


@command("dispatch.request")
def plan_relay(
    scope: Scope,
    unit: Unit,
    /,
    *,
    title: str,
    start_at: datetime,
    lasts: timedelta,
    device_ids: Sequence[uuid.UUID] | None,
    source: str,
    requested_by: str = "",
    exception: str = "",
    now: datetime,
) -> Airing:
    """Keep a time at which another station is passed on to devices below a unit. No plan has it: it is opened then.

    Asking again with the same `source` returns the first airing. `exception` is as for `request`. Raises `TooLate`,
    `TooFarAhead`, `NobodyThere`.
    """
    if start_at <= now:
        raise TooLate
    if start_at > now + rules.AHEAD_MOST:
        raise TooFarAhead
    length_ms = int(lasts / timedelta(milliseconds=1))
    airing = Airing(
        pk=uuid7.make(),
        unit=unit,
        title=title,
        clip_sha256=NO_CLIP,
        clip_size_bytes=0,
        clip_duration_ms=length_ms,
        start_at=start_at,
        end_at=start_at + lasts + rules.LIVE_TOLERANCE,
        priority=Priority.RELAY,
        late_rule=LateRule.JOIN,
        late_tolerance_ms=length_ms,
        state=rules.State.PLANNED,
        is_now=False,
        is_chosen=device_ids is not None,
        is_live=True,
        source=source,
        requested_by=requested_by or scope.actor.name or scope.actor.id,
        exception=exception,
        created_at=now,
    )
    Airing.objects.bulk_create([airing], ignore_conflicts=True)
    kept: Airing = (
        Airing.objects.unscoped("the same source may have asked before").select_related("unit").get(source=source)
    )
    note(airing=kept.pk, source=source)
    if kept.pk != airing.pk:
        return kept
    chosen = None if device_ids is None else sorted(set(device_ids))
    count = targets.fix(airing, unit_path=unit.path, device_ids=chosen)
    if count == 0:
        raise NobodyThere
    note(devices=count, start_at=start_at)
    return airing


@command("dispatch.request")
def open_relay(
    scope: Scope,  # noqa: ARG001 - every command takes one
    airing: Airing,
    /,
    *,
    name: str,
    now: datetime,
) -> Airing:
    """Let the devices of a planned relay hear it until its end, and no longer. `name` is what its source is called.

    Raises `WrongState` when it is opened already or was taken back, `AlreadyOver` after its end.
    """
    held: Airing = (
        Airing.objects.unscoped("the command checked the right").select_for_update(of=("self",)).select_related("unit")
    ).get(pk=airing.pk)
    if held.state != rules.State.PLANNED or not held.is_live:
        raise WrongState
    end_at = held.start_at + timedelta(milliseconds=held.clip_duration_ms)
    if now >= end_at:
        raise AlreadyOver
    chosen = None
    if held.is_chosen:
        meant = AiringTarget.objects.unscoped("the command checked the right").filter(airing=held)
        chosen = list(meant.order_by("device_id").values_list("device_id", flat=True))
    devices.open_live(
        scopes.system("dispatch"),
        Place(scope_path=held.unit.path, audit_name=f"live:{held.pk}"),
        session=held.pk,
        units=[held.unit],
        device_ids=chosen,
        speaker=device_rules.RELAY_SPEAKER,
        source=name,
        lasts=end_at - now,
        now=now,
    )
    held.state, held.released_at = rules.State.RELEASED, now
    held.save(update_fields=["state", "released_at"])
    Remark.objects.create(airing=held, at=now, code=rules.Turn.BEGUN, detail=name[: rules.DETAIL_LONGEST])
    note(source=name, until=end_at)
    return held


@command("dispatch.request")
def remark(
    scope: Scope,  # noqa: ARG001 - as above
    airing: Airing,
    /,
    *,
    turn: rules.Turn,
    detail: str = "",
    now: datetime,
) -> Remark:
    """Put on record what happened to a relay."""
    made: Remark = Remark.objects.create(airing=airing, at=now, code=turn, detail=detail[: rules.DETAIL_LONGEST])
    note(turn=turn.value, detail=detail)
    return made
