"""Tables of the room."""

from loa.dispatch.models.airings import NO_CLIP, Airing, AiringTarget, Pending, Tally, Told
from loa.dispatch.models.ceilings import Ceiling, Measurement

__all__ = ["NO_CLIP", "Airing", "AiringTarget", "Ceiling", "Measurement", "Pending", "Tally", "Told"]
