"""What others supply to a newsroom, and what units share with each other."""

from enum import StrEnum

from loa.kernel.scope import is_within


class OfferState(StrEnum):
    """A draft is its author's own; what was offered waits for the newsroom, until it decides or the author drops it."""

    DRAFT = "draft"
    OFFERED = "offered"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    DROPPED = "dropped"


class Reach(StrEnum):
    """Who finds what a unit shares in the library: units below it, or every unit."""

    BELOW = "below"
    ALL = "all"


class UseWay(StrEnum):
    """How a unit uses what is shared: its words in a draft of its own, or the original unchanged."""

    COPY = "copy"
    ORIGINAL = "original"


def is_shared_with(reach: Reach, *, owner_path: str, unit_path: str) -> bool:
    """Tell whether a unit finds what another shares; its own items it need not borrow."""
    return unit_path != owner_path and (reach is Reach.ALL or is_within(unit_path, owner_path))
