"""What the page of a bulletin that waits knows of the decision: whose step it is, what was heard, whom it wakes."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.conf import settings

from loa.bulletins import queries as bulletins
from loa.bulletins import rules as bulletin_rules
from loa.bulletins.models import Bulletin, Step
from loa.kernel.scope import Scope
from loa.media.rules import ClipFacts
from loa.schedules import queries, rules, saying
from loa.schedules.models import Slot


def facts(
    scope: Scope, bulletin: Bulletin, slots: Sequence[Slot], *, clip: ClipFacts | None, opened: str, now: datetime
) -> Mapping[str, object]:
    """Return the steps, and to whom may decide the present one, what the decision carries.

    `opened` is the token a former page carried: listening goes on where it was.
    """
    current = bulletin.current
    if current is None:
        return {}
    told: dict[str, object] = {
        "now": now,
        "steps": bulletins.steps(scope, current, now=now),
        "marked": bulletins.marked(scope, bulletin),
    }
    step = bulletins.waiting_step(bulletin) if bulletin.state == bulletin_rules.State.SUBMITTED else None
    if step is None or not scope.can("bulletins.approve", bulletin.unit.path):
        return told
    waiting = [slot for slot in slots if slot.state == rules.State.WAITING]
    own, asked_for = is_own(scope, bulletin), any(slot.asked_by == scope.actor.id for slot in waiting)
    is_theirs = bulletins.can_decide(scope, bulletin, step, now=now)
    decides_places = step.asks == bulletin_rules.Asks.PLACES
    may_own = own and is_theirs and _may_own(step)
    may_decide = is_theirs and (may_own or (not own and not (asked_for and decides_places)))
    told |= {
        "step": step,
        "may_decide": may_decide,
        "approves_own": may_own,
        "is_own": own and not may_own,
        "is_own_place": asked_for and decides_places and not own,
        "is_anothers": not own and not is_theirs,
        "decides_places": decides_places,
        "places_sha256": queries.places_sha256(waiting),
        "waking": queries.waking(waiting, now=now) if decides_places else None,
        "breaking": saying.each(queries.breaking(waiting, now=now)) if decides_places else [],
        "override": next((slot.override_reason for slot in waiting if slot.override_reason), ""),
    }
    if may_decide and clip is not None:
        kept = bulletins.spans(scope, current)
        covered_ms = bulletin_rules.covered_ms(bulletin_rules.parsed(kept), duration_ms=clip.duration_ms)
        told |= {
            "sentences": bulletins.sentences(current),
            "opened": bulletins.opened(scope, current, now=now, token=opened),
            "spans": kept,
            "heard_pct": covered_ms * 100 // max(1, clip.duration_ms),
        }
    return told


def is_own(scope: Scope, bulletin: Bulletin) -> bool:
    """Tell whether the person wrote the bulletin or its present words."""
    return scope.actor.id in {str(bulletin.author_id), bulletin.current.written_by if bulletin.current else ""}


def _may_own(step: Step) -> bool:
    return bool(step.is_own_allowed and settings.LOA_TWO_DUTIES)
