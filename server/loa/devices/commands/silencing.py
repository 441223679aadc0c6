"""Silencing loudspeakers at once, letting them sound again, and rehearsing it."""

import uuid
from collections.abc import Sequence
from datetime import datetime

from loa.devices import refusals, rules, silences
from loa.devices.commands import once, sending
from loa.devices.models import Device, Silence, Ticket
from loa.kernel import permissions, text
from loa.kernel import scope as scopes
from loa.kernel.command import command, demand_fresh, note
from loa.kernel.errors import Denied
from loa.kernel.scope import Scope, is_within
from loa.orgs import queries as orgs
from loa.orgs.models import Unit
from loa.orgs.rules import is_far
from loa_protocol.messages import NowKind

RIGHT = "devices.silence"


@command(RIGHT)
def silence(
    scope: Scope,
    place: Unit | Device,
    /,
    *,
    device_ids: Sequence[uuid.UUID] | None = None,
    reason: str,
    is_drill: bool = False,
    stops: bool = True,
    now: datetime,
) -> Silence:
    """Silence everything below a unit, some of its devices, or one: nothing below alerts sounds until it is lifted.

    It goes out as one urgent message with this transaction; within seconds the devices' configuration says it too, for
    those that restart or come back later. Who lifts it needs the right at the unit whose right it was said by. A drill
    that stops nothing is answered by devices and changes nothing. Who says the same again at once gets the first back.
    Beyond one commune a fresh second factor is asked for. Raises `ReasonNeeded`, `NobodyToSilence`, `TooManyNamed`;
    `NotBelow` when a device does not stand below the unit.
    """
    words = _reason(reason)
    unit = place.unit if isinstance(place, Device) else place
    chosen = [place.pk] if isinstance(place, Device) else None if device_ids is None else sorted(set(device_ids))
    if chosen is not None and len(chosen) > rules.SILENCE_NAMES_MOST:
        raise refusals.TooManyNamed(most=rules.SILENCE_NAMES_MOST)
    meant = silences.covered(unit.path, chosen)
    if chosen is not None and meant.count() != len(chosen):
        raise refusals.NotBelow
    if is_far(silences.reached(unit, chosen)):
        demand_fresh(scope)
    count = meant.filter(state=rules.State.ENROLLED).count()
    if count == 0:
        raise refusals.NobodyToSilence
    row = Silence(
        unit=unit,
        said_from=_said_from(scope, place, unit),
        device_ids=chosen,
        is_drill=is_drill,
        stops=stops,
        reason=words,
        meant=count,
        began_at=now,
        began_by=scope.actor.name or scope.actor.id,
    )
    once.take_turn(f"silence:{scope.actor.key}")
    if (twin := _twin(row)) is not None:
        note(silence=str(twin.pk), again=True)
        return twin
    row.save(force_insert=True)
    note(silence=str(row.pk), devices=count, is_drill=is_drill, stops=stops, reason=words)
    _say(row, NowKind.STOP if stops else NowKind.DRILL, now=now)
    return row


@command(RIGHT)
def lift(scope: Scope, target: Silence, /, *, reason: str, now: datetime) -> Silence:
    """Let loudspeakers sound again that a silence held; those of another silence stay silent.

    Beyond one commune a fresh second factor is asked for. Raises `ReasonNeeded`, `AlreadyLifted` when somebody was
    faster or nothing was stopped, and `Denied` for who lacks the right at the unit above that said it.
    """
    words, holder = _reason(reason), target.holder
    if not scope.can(RIGHT, holder.path):
        raise Denied(permission=permissions.sentence(RIGHT), place=holder.name, path=holder.path)
    if is_far(silences.reached(target.unit, target.device_ids)):
        demand_fresh(scope)
    end(target, by=scope, reason=words, now=now)
    return target


def end(target: Silence, *, by: Scope, reason: str, now: datetime) -> None:
    """Lift a silence within a command that asked for the right to."""
    name = by.actor.name or by.actor.id
    held = Silence.objects.unscoped("the command checked the right").filter(pk=target.pk, lifted_at=None, stops=True)
    if held.update(lifted_at=now, lifted_by=name, lift_reason=reason) != 1:
        raise refusals.AlreadyLifted
    target.lifted_at, target.lifted_by, target.lift_reason = now, name, reason
    note(silence=str(target.pk), reason=reason)
    _say(target, NowKind.LIFT, now=now)


def _said_from(scope: Scope, place: Unit | Device, unit: Unit) -> Unit | None:
    """Return the highest unit above at which the right stands by which a place is silenced."""
    roots = {root.partition("#")[0] for root in scope.roots(RIGHT) if is_within(place.scope_path, root)}
    return next((above for above in orgs.ancestors(unit) if above.path in roots), None)


def _twin(row: Silence) -> Silence | None:
    """Return the same silence that was said a moment ago and still stands; one that ends with a fault is another."""
    lately = (row.began_at - rules.SAME_WITHIN, row.began_at + rules.SAME_WITHIN)
    said = Silence.objects.unscoped("the command checked the right").filter(
        unit=row.unit, said_from=row.said_from, is_drill=row.is_drill, stops=row.stops, reason=row.reason,
        began_by=row.began_by, began_at__range=lately, lifted_at=None,
    )  # fmt: skip
    free = said.exclude(pk__in=Ticket.objects.unscoped("as above").exclude(silence=None).values("silence"))
    return next((one for one in free.order_by("pk") if one.device_ids == row.device_ids), None)


def _say(row: Silence, kind: NowKind, *, now: datetime) -> None:
    sending.publish_now(
        scopes.system("devices"),
        row.unit,
        kind=kind,
        silence=row.pk,
        device_ids=row.device_ids,
        expires_at=now + rules.SILENCE_HOLDS,
        now=now,
    )


def _reason(reason: str) -> str:
    words = text.line(reason)
    if not words or len(words) > rules.REASON_LONGEST:
        raise refusals.ReasonNeeded(longest=rules.REASON_LONGEST)
    return words
