"""What a gateway is told, and what it says: what it fed into its chain, and what its monitor measured meanwhile."""

import statistics
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any  # Any: what gateways send and take is open JSON

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from loa.devices import rules
from loa.devices.drivers import address, reading
from loa.devices.drivers.port import Abilities, Document, Order, Play, Said, Task, Want
from loa_protocol import plan
from loa_protocol.messages import Outcome
from loa_protocol.plan import PlannedAiring, Priority
from loa_protocol.refusal import Reason, Refused

FED_MOST = 200
ORDERS_MOST = 100
LEVELS_MOST = 600
"""How many measurements of one sound are read: one a second for ten minutes, spread over what lasts longer."""

PARTS_MOST = 20
MEASURED_SHARE = 0.5
"""A sound is looked at in parts of a second at least; in so many of them the monitor has to have measured something."""

_QUIETEST, _LOUDEST = -200.0, 20.0
_OUTCOMES = {outcome.value: outcome for outcome in (Outcome.PLAYED, Outcome.PARTIAL, Outcome.MISSED)}


class GatewayDriver:
    """Reachable is a gateway that asks; sounding is a chain whose monitor measured a level all along what was fed."""

    name = "gateway"
    words: str | Promise = _("Gateway to a wired or FM chain, with a monitor that listens")
    can = Abilities(verifies=False, measures=True, stops=True, plays_url=True, plays_schedule=True, speaks_live=False)
    asks_every = timedelta(seconds=10)

    def missing(self) -> str:
        """Return the address of the server while it would carry secrets in the clear."""
        return address.missing()

    def deliver(self, airing: PlannedAiring, *, files: str) -> Document:
        """Return one airing as it stands in a plan, each clip with its address."""
        told = plan.airing_to_json(airing)
        return {**told, "clips": [{**clip, "url": f"{files}/{clip['sha256']}"} for clip in told["clips"]]}

    def order(self, order: Order) -> Document | None:
        """Return one order; a gateway is not restarted from afar."""
        if order.want is Want.RESTART:
            return None
        return {"id": order.id, "want": order.want.value, "number": order.number, "airing": order.airing}

    def answer(self, task: Task) -> Document:
        """Return schedule and orders. While it is silenced its schedule holds alerts alone."""
        airings = [one for one in task.airings if not task.is_muted or one.priority >= Priority.ALERT]
        return {
            "at": task.now.timestamp(),
            "ask_every_s": int(self.asks_every.total_seconds()),
            "revision": task.revision,
            "airings": [self.deliver(one, files=task.files) for one in airings],
            "orders": [told for one in task.orders if (told := self.order(one)) is not None],
        }

    def refusal(self, sentence: str) -> Document:
        """Return the reason."""
        return {"sentence": sentence}

    def read(self, told: Mapping[str, Any]) -> Said:  # Any: see above
        """Return what a gateway says of itself, its chain and what it fed."""
        monitor = reading.inner(told, "monitor")
        return Said(
            at=reading.moment(told, "at"),
            revision=reading.whole(told, "revision", low=0, high=2**53),
            version=reading.text(told, "version", longest=64),
            playing=reading.text(told, "playing", longest=64),
            volume_pct=reading.whole(told, "volume_pct", low=0, high=100),
            output_dbfs=reading.number(monitor, "level_dbfs", low=_QUIETEST, high=_LOUDEST),
            obeyed=reading.names(told, "obeyed", most=ORDERS_MOST),
            plays=[_fed(one) for one in reading.rows(told, "fed", most=FED_MOST)],
        )


def _fed(told: reading.Told) -> Play:
    """Return what was fed. Only what the monitor measured from its start to its end says that it sounded."""
    outcome = _OUTCOMES.get(reading.text(told, "outcome", longest=16))
    started_at, ended_at = reading.moment(told, "started_at"), reading.moment(told, "ended_at")
    if outcome is None or started_at is None or ended_at is None or ended_at < started_at:
        raise Refused(Reason.MALFORMED, "fed")
    level = _level(reading.rows(told, "levels", most=LEVELS_MOST), started_at=started_at, ended_at=ended_at)
    return Play(
        airing=reading.identifier(told, "airing"),
        outcome=outcome,
        started_at=started_at,
        ended_at=ended_at,
        clip=reading.digest_of(told, "clip"),
        volume_pct=reading.whole(told, "volume_pct", low=0, high=100),
        level_dbfs=level,
        reason=rules.FED if level is None else "",
    )


def _level(levels: Sequence[reading.Told], *, started_at: datetime, ended_at: datetime) -> float | None:
    """Return the median level of its parts; None when too few of them were measured.

    A moment that was measured says nothing of the minutes beside it, however often it was.
    """
    span_s = (ended_at - started_at).total_seconds()
    count = min(PARTS_MOST, max(1, int(span_s)))
    parts: dict[int, list[float]] = {}
    for one in levels:
        at, level = reading.moment(one, "at"), reading.number(one, "dbfs", low=_QUIETEST, high=_LOUDEST)
        if at is not None and level is not None and started_at <= at <= ended_at:
            reached_s = (at - started_at).total_seconds()
            parts.setdefault(min(count - 1, int(reached_s * count / span_s)) if span_s else 0, []).append(level)
    if len(parts) < count * MEASURED_SHARE:
        return None
    return statistics.median(statistics.median(part) for part in parts.values())
