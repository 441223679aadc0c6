"""Tables of the room."""

from loa.schedules.models.clashes import Clash, ClashPart
from loa.schedules.models.consents import SpeechConsent
from loa.schedules.models.entries import Entry, EntryVersion, Occurrence
from loa.schedules.models.hours import HourRule, HoursOverride
from loa.schedules.models.slots import Slot
from loa.schedules.models.sources import RelaySource

__all__ = [
    "Clash",
    "ClashPart",
    "Entry",
    "EntryVersion",
    "HourRule",
    "HoursOverride",
    "Occurrence",
    "RelaySource",
    "Slot",
    "SpeechConsent",
]
