"""Tables of the room."""

from loa.dispatch.models.airings import NO_CLIP, Airing, AiringTarget, Pending, Tally, Told
from loa.dispatch.models.ceilings import Ceiling, Measurement
from loa.dispatch.models.days import DayTally
from loa.dispatch.models.remarks import Remark
from loa.dispatch.models.walls import WallLink

__all__ = [
    "NO_CLIP",
    "Airing",
    "AiringTarget",
    "Ceiling",
    "DayTally",
    "Measurement",
    "Pending",
    "Remark",
    "Tally",
    "Told",
    "WallLink",
]
