"""How an upper unit's items come down: their urgency, where a sending and a receipt stand, why a unit skips one."""

from enum import StrEnum


class Urgency(StrEnum):
    """The three classes of Circular 39/2020/TT-BTTTT.

    Normal: the unit below chooses whether and when. Priority: first in its programme. Emergency: at once, everywhere.
    """

    NORMAL = "normal"
    PRIORITY = "priority"
    EMERGENCY = "emergency"


class SendingState(StrEnum):
    """A sending goes out at once; an emergency waits for the second person who releases it."""

    WAITING = "waiting"
    SENT = "sent"
    CALLED_BACK = "called_back"


class ReceiptState(StrEnum):
    """What a unit has done with an item: nothing, looked, decided against it. What airs, slots and airings tell."""

    NEW = "new"
    SEEN = "seen"
    SKIPPED = "skipped"


class SkipReason(StrEnum):
    """Why a unit does not air an item."""

    NOT_HERE = "not_here"
    AIRED_ALREADY = "aired_already"
    OUT_OF_DATE = "out_of_date"
    NO_TIME = "no_time"
    NOT_AUDIBLE = "not_audible"
    OTHER = "other"


UNITS_MOST = 2_000
"""How many units one sending reaches: every commune of the largest province, with room."""
