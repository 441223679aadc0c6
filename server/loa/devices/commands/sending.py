"""What is to be sent to devices: written here, signed and sent by the bridge."""

import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any  # Any: parameters of a statement

from django.db import connection

from loa.devices import areas, notify, ordered, refusals, rules
from loa.devices.models import Device, Outbound
from loa.kernel.command import Place, command, note
from loa.kernel.scope import Scope
from loa.orgs.models import Unit
from loa_protocol import canonical, plan
from loa_protocol.live import Opening
from loa_protocol.messages import NowKind, Verb

_VERBS_WITH_NUMBER = {Verb.VOLUME, Verb.RESEND}

_ASSIGN = """
UPDATE devices_device AS device
   SET plan = wanted.plan, state_seq = device.state_seq + 1
  FROM unnest(%(ids)s::uuid[], %(plans)s::text[]) AS wanted (id, plan), orgs_unit AS unit
 WHERE device.id = wanted.id AND unit.id = device.unit_id AND device.state = 'enrolled'
   AND (unit.path = %(path)s OR unit.path LIKE %(below)s)
   AND device.plan IS DISTINCT FROM wanted.plan
"""

_TELL = """
UPDATE devices_device AS device
   SET told_area = unit.path, former_areas = array_remove(device.former_areas, unit.path::varchar),
       told_muted = device.is_muted, config = fresh.sha256, state_seq = device.state_seq + 1
  FROM unnest(%(paths)s::text[], %(muted)s::boolean[], %(digests)s::text[]) AS fresh (path, is_muted, sha256),
       orgs_unit AS unit
 WHERE unit.id = device.unit_id AND unit.path = fresh.path AND device.is_muted = fresh.is_muted
   AND device.state = 'enrolled' AND (device.told_area = '' OR device.is_muted <> device.told_muted)
"""


@command("devices.control", needs_fresh=True)
def set_volume(scope: Scope, device: Device, /, *, volume_pct: int, now: datetime) -> None:
    """Order a volume in percent and keep it as what the device should have."""
    if not 0 <= volume_pct <= 100:
        raise refusals.BadNumber
    Device.objects.unscoped("the command checked the right").filter(pk=device.pk).update(volume_pct=volume_pct)
    _order(device, Verb.VOLUME, volume_pct, now=now)
    note(volume_pct=volume_pct)


@command("devices.control", needs_fresh=True)
def send_command(scope: Scope, device: Device, /, *, verb: str, number: int | None = None, now: datetime) -> None:
    """Order one thing of the closed list. `number` is for `volume` (percent) and `resend` (first sequence)."""
    try:
        known = Verb(verb)
    except ValueError as unknown:
        raise refusals.BadNumber from unknown
    _order(device, known, number, now=now)
    note(verb=known.value, number=number)


@command("devices.plan")
def assign_plans(scope: Scope, unit: Unit, /, *, plan_of: Mapping[uuid.UUID, str], now: datetime) -> int:
    """Give devices at and below a unit the plans of these digests; return how many changed.

    The plan's content must already be in the media store. Devices that are not enrolled are left out.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            _ASSIGN,
            {
                "ids": list(plan_of),
                "plans": list(plan_of.values()),
                "path": unit.path,
                "below": f"{unit.path}/%",
            },
        )
        changed: int = cursor.rowcount
    note(devices=len(plan_of), changed=changed)
    if changed:
        notify.tell(notify.Channel.STATE)
    return changed


@command("devices.plan")
def tell_areas(scope: Scope, place: Place, /, *, digest_of: Mapping[tuple[str, bool], str], now: datetime) -> int:
    """Tell enrolled devices that moved, or are muted or no longer, the configuration that says so; return how many.

    It is named by the path of the unit they stand in and whether they are muted. Its content must already be in the
    media store. A unit that has moved on meanwhile waits for the next time.
    """
    with connection.cursor() as cursor:
        wanted: dict[str, Any] = {
            "paths": [path for path, _ in digest_of],
            "muted": [is_muted for _, is_muted in digest_of],
            "digests": list(digest_of.values()),
        }
        cursor.execute(_TELL, wanted)
        changed: int = cursor.rowcount
    note(devices=changed, units=len(digest_of))
    if changed:
        notify.tell(notify.Channel.GATE, notify.EVERYONE)
        notify.tell(notify.Channel.STATE)
    return changed


@command("devices.publish")
def publish_now(
    scope: Scope,
    unit: Unit,
    /,
    *,
    kind: NowKind,
    airing: plan.PlannedAiring | None = None,
    airing_id: str | None = None,
    device_ids: Sequence[uuid.UUID] | None = None,
    live: Opening | None = None,
    chunks: int | None = None,
    silence: uuid.UUID | None = None,
    expires_at: datetime,
    now: datetime,
) -> list[str]:
    """Send an urgent message to all devices below a unit, or to those named, as soon as this commits.

    With a `silence` a stop holds until then or until that silence is lifted. Returns the areas in which it is said:
    while some of them have not confirmed a new area, their former one too, under the same id.
    """
    if (airing is None) == (kind is NowKind.PLAY):
        raise ValueError("an airing comes with PLAY and only with it")
    if expires_at <= now:
        raise refusals.AlreadyOver
    wanted = None if device_ids is None else sorted(str(device) for device in device_ids)
    body: dict[str, object] = {
        "kind": kind.value,
        "iat": int(now.timestamp()),
        "exp": _seconds_up(expires_at),
        "airing": None if airing is None else plan.airing_to_json(airing),
        "airing_id": airing_id,
        "devices": wanted,
    }
    if live is not None:
        body["live"] = live.to_json()
    if chunks is not None:
        body["chunks"] = chunks
    if silence is not None:
        body["silence"] = str(silence)
    row = Outbound.objects.create(lane=rules.Lane.NOW, area=unit.path, body=body, created_at=now, expires_at=expires_at)
    former = areas.former(unit.path)
    also_in = Outbound.objects.bulk_create(
        Outbound(
            lane=rules.Lane.NOW,
            area=also.area,
            body=body | {"id": str(row.message), "devices": _named(also.device_ids, wanted)},
            created_at=now,
            expires_at=expires_at,
        )
        for also in former
    )
    ordered.note_orders([row, *also_in])
    note(message=str(row.message), kind=kind.value, digest=canonical.sha256(canonical.encode(body)), former=len(former))
    notify.tell(notify.Channel.NOW, str(row.pk))
    return [unit.path, *(also.area for also in former)]


def _named(moving: Sequence[uuid.UUID] | None, wanted: Sequence[str] | None) -> Sequence[str] | None:
    """Return whom a message in a former area names: those who were wanted, of them only those who moved."""
    if moving is None:
        return wanted
    moved = {str(device) for device in moving}
    return sorted(moved if wanted is None else moved.intersection(wanted))


def _order(device: Device, verb: Verb, number: int | None, *, now: datetime) -> None:
    if device.state != rules.State.ENROLLED:
        raise refusals.NotEnrolled
    if (number is None) == (verb in _VERBS_WITH_NUMBER) or (number is not None and number < 0):
        raise refusals.BadNumber
    if verb is Verb.VOLUME and number is not None and number > 100:
        raise refusals.BadNumber
    expires_at = now + rules.COMMAND_LIFETIME
    body = {"verb": verb.value, "number": number, "iat": int(now.timestamp()), "exp": _seconds_up(expires_at)}
    row = Outbound.objects.create(
        lane=rules.Lane.COMMAND, device=device, body=body, created_at=now, expires_at=expires_at
    )
    ordered.note_orders([row])
    notify.tell(notify.Channel.COMMAND, str(row.pk))


def _seconds_up(moment: datetime) -> int:
    """Return whole seconds since 1970, never earlier than the moment."""
    return int(-(-moment.timestamp() // 1))
