"""What is true of slots and programmes without a database and a clock."""

from loa.orgs.rules import is_far
from loa.schedules.rules.hours import DECISION_LONGEST, OVERRIDE_LONGEST, RuleState
from loa.schedules.rules.precedence import GAP, ClashState, Item, Turn, Why, in_order, is_clash, laid, programme
from loa.schedules.rules.slots import (
    AHEAD_MOST,
    NOW_PATIENCE,
    QUIET_FROM,
    QUIET_UNTIL,
    STANDING,
    ZONE,
    Place,
    State,
    is_quiet,
    midnight,
    places_sha256,
)

__all__ = [
    "AHEAD_MOST",
    "DECISION_LONGEST",
    "GAP",
    "NOW_PATIENCE",
    "OVERRIDE_LONGEST",
    "QUIET_FROM",
    "QUIET_UNTIL",
    "STANDING",
    "ZONE",
    "ClashState",
    "Item",
    "Place",
    "RuleState",
    "State",
    "Turn",
    "Why",
    "in_order",
    "is_clash",
    "is_far",
    "is_quiet",
    "laid",
    "midnight",
    "places_sha256",
    "programme",
]
