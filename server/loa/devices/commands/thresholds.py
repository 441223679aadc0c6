"""Laying down from when on something counts."""

from collections.abc import Mapping

from django.db import IntegrityError, transaction

from loa.devices import refusals
from loa.devices.models import Threshold
from loa.kernel.command import command, note
from loa.kernel.scope import Scope
from loa.orgs.models import Unit


@command("devices.control", needs_fresh=True)
def lay_down(scope: Scope, unit: Unit, /, *, values: Mapping[str, int]) -> Threshold:
    """Lay down thresholds for the devices of a unit and below. Raises `BadNumber` for what cannot be."""
    try:
        with transaction.atomic():
            row: Threshold
            row, _ = Threshold.objects.unscoped("the command checked the right").update_or_create(
                unit=unit, defaults=dict(values)
            )
    except IntegrityError as impossible:
        raise refusals.BadNumber from impossible
    note(unit=unit.code, **values)
    return row


@command("devices.control", needs_fresh=True)
def take_up(scope: Scope, unit: Unit, /) -> None:
    """Follow the unit above again, or the program."""
    removed, _ = Threshold.objects.unscoped("the command checked the right").filter(unit=unit).delete()
    note(unit=unit.code, removed=removed)
