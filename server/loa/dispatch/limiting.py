"""Saying how loud loudspeakers may be, and noting how loud they were."""

import math
import uuid
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from loa.devices import queries as devices
from loa.dispatch import ceilings, plans, rules, targets
from loa.dispatch.models import Ceiling, Measurement
from loa.dispatch.refusals import ImplausibleLevel, NotAStretch, ReasonNeeded, TooManyCeilings, TooQuietForAlerts
from loa.kernel import text
from loa.kernel.command import command, note
from loa.kernel.errors import NotFound, Refusal, WrongState
from loa.kernel.scope import Scope
from loa.orgs.models import Unit

_DAY_MIN = 24 * 60
_LOUDEST_PCT = 100
_QUIETEST_DBA, _LOUDEST_DBA, _FARTHEST_M = 20.0, 140.0, 1000


class OwnRequest(Refusal):
    """Four eyes: nobody ends the ceiling they asked to end."""

    code = "own_request"
    sentence = _("You asked to end this ceiling. Another person must end it.")


@command("dispatch.limit", needs_fresh=True, channel=Ceiling.scope_channel)
def set_ceiling(
    scope: Scope,
    unit: Unit,
    /,
    *,
    start_min: int,
    end_min: int,
    most_pct: int,
    device_id: uuid.UUID | None = None,
    is_alert: bool = False,
    nearby: rules.Nearby | None = None,
    reason: str = "",
    now: datetime,
) -> Ceiling:
    """Limit how loud it may be at a unit and below, or on one device below it, in minutes of every local day.

    Devices learn it with their next plan and keep to it alone, whatever volume they were ordered. `TooManyCeilings`
    when the unit, or the device, has `rules.CEILINGS_MOST` of its own; `TooQuietForAlerts` below the floor of alerts.
    """
    if not (0 <= start_min < _DAY_MIN and 1 <= end_min <= _DAY_MIN and start_min != end_min):
        raise NotAStretch
    if not 0 <= most_pct <= _LOUDEST_PCT:
        raise NotAStretch
    if is_alert and most_pct < rules.ALERT_LEAST_PCT:
        raise TooQuietForAlerts(least=rules.ALERT_LEAST_PCT)
    below = _below(unit, device_id)
    own = {"unit": unit, "device": None} if below is None else {"device_id": below}
    if ceilings.in_force().filter(**own).count() >= rules.CEILINGS_MOST:
        raise TooManyCeilings(most=rules.CEILINGS_MOST)
    made: Ceiling = Ceiling.objects.create(
        unit=unit,
        device_id=below,
        start_min=start_min,
        end_min=end_min,
        most_pct=most_pct,
        is_alert=is_alert,
        nearby=nearby.value if nearby else "",
        reason=_line(reason),
        set_by_id=int(scope.actor.id),
        set_at=now,
    )
    note(ceiling=made.pk, most_pct=most_pct)
    _tell(made)
    return made


@command("dispatch.limit", needs_fresh=True, channel=Ceiling.scope_channel)
def ask_to_end(scope: Scope, ceiling: Ceiling, /, *, now: datetime) -> Ceiling:
    """Ask that a ceiling be ended: it may be louder from then on, so another person decides. `WrongState`."""
    held = _hold(ceiling)
    if held.ended_at is not None or held.ending_by_id is not None:
        raise WrongState
    held.ending_by_id, held.ending_at = int(scope.actor.id), now
    held.save(update_fields=["ending_by", "ending_at"])
    return held


@command("dispatch.limit", needs_fresh=True, channel=Ceiling.scope_channel)
def end_ceiling(scope: Scope, ceiling: Ceiling, /, *, now: datetime) -> Ceiling:
    """End a ceiling that another person asked to end. `OwnRequest`; `WrongState` when nobody asked or it was ended."""
    held = _hold(ceiling)
    if held.ended_at is not None or held.ending_by_id is None:
        raise WrongState
    if held.ending_by_id == int(scope.actor.id):
        raise OwnRequest
    held.ended_at, held.ended_by_id = now, int(scope.actor.id)
    held.save(update_fields=["ended_at", "ended_by"])
    _tell(held)
    return held


@command("dispatch.limit", channel=Ceiling.scope_channel)
def keep_ceiling(scope: Scope, ceiling: Ceiling, /) -> Ceiling:  # noqa: ARG001 - every command takes one
    """Let a ceiling stand that somebody asked to end; quiet needs no second person. `WrongState` when nobody did."""
    held = _hold(ceiling)
    if held.ended_at is not None or held.ending_by_id is None:
        raise WrongState
    note(asked_by=held.ending_by_id)
    held.ending_by_id, held.ending_at = None, None
    held.save(update_fields=["ending_by", "ending_at"])
    return held


@command("dispatch.measure", channel=Measurement.scope_channel)
def note_level(
    scope: Scope,
    unit: Unit,
    /,
    *,
    level_dba: float,
    distance_m: int,
    spot: str,
    measured_at: datetime,
    device_id: uuid.UUID | None = None,
    now: datetime,
) -> Measurement:
    """Note what a meter showed so many meters from a loudspeaker. Raises `ImplausibleLevel`."""
    words = _line(spot)
    plausible = math.isfinite(level_dba) and _QUIETEST_DBA <= level_dba <= _LOUDEST_DBA
    if not (plausible and 1 <= distance_m <= _FARTHEST_M and words and measured_at <= now):
        raise ImplausibleLevel
    made: Measurement = Measurement.objects.create(
        unit=unit,
        device_id=_below(unit, device_id),
        measured_at=measured_at,
        level_dba=level_dba,
        distance_m=distance_m,
        spot=words,
        noted_by_id=int(scope.actor.id),
        noted_at=now,
    )
    note(measurement=made.pk)
    return made


def _hold(ceiling: Ceiling) -> Ceiling:
    """Return the row as it stands now with its unit, locked until the transaction ends."""
    rows = Ceiling.objects.unscoped("the command checked the right").select_for_update(of=("self",))
    held: Ceiling = rows.select_related("unit").get(pk=ceiling.pk)
    return held


def _below(unit: Unit, device_id: uuid.UUID | None) -> uuid.UUID | None:
    """Return the device when it stands at or below the unit; `NotFound` otherwise."""
    if device_id is not None and device_id not in set(devices.enrolled_below(unit.path)):
        raise NotFound
    return device_id


def _tell(ceiling: Ceiling) -> None:
    """Let the plans be made anew of every device that it holds for."""
    here = targets.sounding(ceiling.unit.path).values_list("pk", flat=True)
    plans.mark([ceiling.device_id] if ceiling.device_id is not None else list(here))


def _line(words: str) -> str:
    kept = text.line(words)
    if len(kept) > rules.REASON_LONGEST:
        raise ReasonNeeded(longest=rules.REASON_LONGEST)
    return kept
