"""Why an airing that is due does not play: what will be said of it if it never does."""

from collections.abc import Container, Iterator, Sequence
from datetime import datetime

from loa_protocol import player
from loa_protocol.messages import Outcome
from loa_protocol.plan import PlannedAiring, Priority
from loa_protocol.player import Decision

POWER_OFF = (Outcome.MISSED, "power_off")
LEARNED_LATE = (Outcome.MISSED, "learned_late")
MEDIA_MISSING = (Outcome.MISSED, "media_missing")
CLOCK_UNTRUSTED = (Outcome.MISSED, "clock_untrusted")
MUTED = (Outcome.MISSED, "muted")


def told(
    airings: Sequence[PlannedAiring],
    decision: Decision,
    now: datetime,
    *,
    begun: Container[str],
    unready: Container[str],
    clock_trusted: bool,
    is_muted: bool,
) -> Iterator[tuple[str, tuple[Outcome, str]]]:
    """Yield how each airing ends that is due and not begun, if it stays as it is now. `airings` in order of start."""
    chosen = decision.what.id if decision.what is not None else None
    for airing in airings:
        if airing.start_at > now:
            return
        if airing.id == chosen or airing.id in begun or player.last_start(airing) <= now:
            continue
        is_alert = airing.priority >= Priority.ALERT
        if is_muted and not is_alert:
            yield airing.id, MUTED
        elif airing.id in unready:
            yield airing.id, MEDIA_MISSING
        elif not clock_trusted and not is_alert:
            yield airing.id, CLOCK_UNTRUSTED
        elif decision.level is not None:
            yield airing.id, (Outcome.PRE_EMPTED, decision.level.name.lower())
