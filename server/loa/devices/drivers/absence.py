"""Devices of other makers that do not ask any more, and those that ask again: each told once."""

import logging
from datetime import datetime

from loa.devices import rules
from loa.devices.models import Device

logger = logging.getLogger(__name__)

_WHY = "the clock looks at all"


def mark(*, now: datetime) -> int:
    """Count those that have not asked for three minutes as off line, and say so once; return how many."""
    rows = Device.objects.unscoped(_WHY).filter(connected=True, seen_at__lt=now - rules.SILENT_AFTER)
    lost = 0
    for pk, driver in rows.exclude(driver=rules.OWN_DRIVER).values_list("pk", "driver"):
        if rows.filter(pk=pk).update(connected=False, playing="") == 1:
            lost += 1
            logger.warning("device lost", extra={"device": str(pk), "driver": driver})
    return lost


def greet(device: Device) -> None:
    """Say once that a device which was off line asks again."""
    rows = Device.objects.unscoped("its secret was checked").filter(pk=device.pk, connected=False)
    if rows.update(connected=True) == 1:
        logger.info("device back", extra={"device": str(device.pk), "driver": device.driver})
