"""What kinds of bulletins there are, and where each kind belongs in the tree of essential information."""

from collections.abc import Mapping
from enum import StrEnum


class Kind(StrEnum):
    """What a bulletin is about, as who writes it would say."""

    NOTICE = "notice"
    VACCINATION = "vaccination"
    POWER_CUT = "power_cut"
    WATER_CUT = "water_cut"
    FLOOD = "flood"
    STORM = "storm"
    FIRE = "fire"
    EPIDEMIC = "epidemic"
    ENROLMENT = "enrolment"
    ELECTION = "election"
    MEETING = "meeting"
    TAX = "tax"
    HEALTH_INSURANCE = "health_insurance"
    RECRUITMENT = "recruitment"
    CHARITY = "charity"
    LOST_FOUND = "lost_found"
    CULTURE = "culture"
    ANSWER = "answer"
    NEWS = "news"
    OTHER = "other"


CATEGORY_OF: Mapping[Kind, str] = {
    Kind.NOTICE: "local.direction",
    Kind.VACCINATION: "local.health",
    Kind.POWER_CUT: "local.services",
    Kind.WATER_CUT: "local.services",
    Kind.FLOOD: "disaster.weather",
    Kind.STORM: "disaster.weather",
    Kind.FIRE: "disaster.fire",
    Kind.EPIDEMIC: "disaster.epidemic",
    Kind.ENROLMENT: "local.programmes",
    Kind.ELECTION: "policy.events",
    Kind.MEETING: "local.direction",
    Kind.TAX: "policy.state",
    Kind.HEALTH_INSURANCE: "local.health",
    Kind.RECRUITMENT: "third_party",
    Kind.CHARITY: "third_party",
    Kind.LOST_FOUND: "local.security",
    Kind.CULTURE: "local.culture",
    Kind.ANSWER: "feedback.answer",
    Kind.NEWS: "policy.events",
}
"""The category a kind has unless its writer chooses another. `OTHER` has none: who writes it must choose."""

THIRD_PARTY = frozenset({Kind.ENROLMENT, Kind.RECRUITMENT, Kind.CHARITY})
"""What others may have announced, by a fixed form only."""
