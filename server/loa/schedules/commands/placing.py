"""What becomes of an approved slot: an airing, a refusal, or nothing when its bulletin is withdrawn."""

from datetime import datetime

from django.utils.translation import gettext as _

from loa.bulletins import queries as bulletins
from loa.bulletins.refusals import NoLongerValid, check_holds
from loa.dispatch import commands as dispatching
from loa.dispatch import rules as dispatch_rules
from loa.dispatch.refusals import AlreadyOver
from loa.kernel.command import command, note
from loa.kernel.errors import NotFound, WrongState
from loa.kernel.scope import Scope
from loa.media import queries as media
from loa.schedules import checks, clashing, hours, laying, rules
from loa.schedules.models import Slot
from loa.schedules.refusals import ApprovedLongAgo


@command("schedules.request")
def place(scope: Scope, slot: Slot, /, *, now: datetime) -> Slot:
    """Turn an approved slot of an approved bulletin into an airing; what is decided otherwise returns as it stands.

    Needs a scope that may request airings: the listener's. `WrongState` while nobody has approved the place. Raises
    what `dispatch` refuses, `QuietHours` when the approver did not agree to wake as many, `HoursBroken`,
    `ApprovedLongAgo` for one meant for "at once", `NoLongerValid` or `NotYetValid` when the words do not hold then,
    `NotFound` when the bulletin is not approved.
    """
    held = checks.hold(slot.pk)
    if held.state == rules.State.WAITING:
        raise WrongState
    if held.state != rules.State.APPROVED or held.decided_at is None:
        return held
    revision = bulletins.approved(held.bulletin_id)
    if held.start_at is None and now > held.decided_at + rules.NOW_PATIENCE:
        raise ApprovedLongAgo
    check_holds(revision.facts, max(held.start_at or now, now))
    (item,) = hours.timed([held], now=now)
    hours.check(
        held.unit,
        [item],
        overridden=held.overridden,
        wakes=held.wakes,
        device_ids=held.device_ids,
        now=now,
    )
    if held.is_priority:
        laying.serialize()
    if revision.clip_id is None:
        raise NotFound
    airing = dispatching.request(
        scope,
        held.unit,
        title=revision.title,
        clip=media.facts([revision.clip_id])[revision.clip_id],
        start_at=held.start_at,
        device_ids=held.device_ids,
        priority=laying.priority(held),
        source=f"slot:{held.pk}",
        requested_by=held.requested_by,
        tolerance_most=hours.late_most(held.unit, item),
        exception=hours.excuse(f"slot:{held.pk}"),
        now=now,
    )
    held.state, held.airing = rules.State.PLACED, airing
    held.save(update_fields=["state", "airing"])
    note(airing=airing.pk)
    if held.is_priority:
        clashing.meet(scope, held, now=now)
        held.refresh_from_db(fields=["airing"])
    return held


@command("schedules.request")
def refuse(_scope: Scope, slot: Slot, /, *, reason: str) -> None:
    """Keep on record why an approved slot cannot become an airing. `reason` is the code of a refusal."""
    found = Slot.objects.unscoped("the command checked the right").filter(pk=slot.pk, state=rules.State.APPROVED)
    if found.update(state=rules.State.REFUSED, reason=reason) == 1:
        note(reason=reason)


@command("schedules.request")
def expire(scope: Scope, slot: Slot, /, *, now: datetime) -> Slot:
    """Take back what would be heard when its bulletin is no longer valid; for the clock.

    What waited for an approver is refused, what was planned for later is cancelled. What is on the air ends by itself.
    """
    held = checks.hold(slot.pk)
    until = bulletins.valid_until(held.bulletin_id)
    if until is None or (laying.planned(held) or now) < until:
        return held
    if held.state in {rules.State.WAITING, rules.State.APPROVED}:
        held.state, held.reason = rules.State.REFUSED, NoLongerValid.code
        held.save(update_fields=["state", "reason"])
        note(reason=held.reason)
    elif held.state == rules.State.PLACED and held.airing is not None and held.airing.start_at > now:
        end = dispatching.stop if dispatch_rules.is_frozen(held.airing.start_at, now=now) else dispatching.cancel
        end(checks.with_power(scope), held.airing, reason=_("The bulletin is no longer valid at that time."), now=now)
        held.state = rules.State.CANCELLED
        held.save(update_fields=["state"])
        clashing.settle(scope, held, now=now)
    return held


@command("schedules.request")
def recall(scope: Scope, slot: Slot, /, *, now: datetime) -> Slot:
    """Undo a slot because its bulletin was withdrawn or its sender called it back: also what is about to air or airs.

    What is over stays.
    """
    held = checks.hold(slot.pk)
    if held.state == rules.State.PLACED and held.airing is not None:
        try:
            dispatching.stop(scope, held.airing, reason=_("The bulletin was withdrawn or called back."), now=now)
        except AlreadyOver:
            return held
    elif held.state not in rules.STANDING:
        return held
    held.state = rules.State.CANCELLED
    held.save(update_fields=["state"])
    clashing.settle(scope, held, now=now)
    return held
