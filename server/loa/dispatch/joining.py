"""Letting what is planned reach clusters that came since it was asked for, and leave out those that went."""

import uuid
from collections.abc import Sequence
from datetime import datetime

from loa.dispatch import plans, rules, targets
from loa.dispatch.models import Airing
from loa.dispatch.refusals import AboutToAir, NobodyThere
from loa.kernel.command import command, note
from loa.kernel.errors import WrongState
from loa.kernel.scope import Scope


@command("dispatch.request")
def reach(
    scope: Scope,  # noqa: ARG001 - every command takes one
    airing: Airing,
    /,
    *,
    device_ids: Sequence[uuid.UUID] | None,
    now: datetime,
) -> Airing:
    """Mean a planned airing for the clusters that stand below its unit by now, or for those of them that are named.

    Only the plans of clusters that came or went are made anew. Raises `WrongState` when it stands no more, `AboutToAir`
    inside the freeze horizon, `NobodyThere`.
    """
    rows = Airing.objects.unscoped("the command checked the right").select_for_update(of=("self",))
    held: Airing = rows.select_related("unit").get(pk=airing.pk)
    if held.state not in rules.STANDING:
        raise WrongState
    if rules.is_frozen(held.start_at, now=now):
        raise AboutToAir
    chosen = None if device_ids is None else sorted(set(device_ids))
    count, changed = targets.fit(held, unit_path=held.unit.path, device_ids=chosen)
    if count == 0:
        raise NobodyThere
    held.is_chosen = chosen is not None
    held.save(update_fields=["is_chosen"])
    plans.mark(changed)
    note(devices=count, changed=len(changed))
    return held
