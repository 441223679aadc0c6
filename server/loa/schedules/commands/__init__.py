"""Every write of slots."""

from loa.schedules.commands.asking import ask, drop
from loa.schedules.commands.deciding import air, approve, approve_place, decline_place
from loa.schedules.commands.placing import place, recall, refuse

__all__ = ["air", "approve", "approve_place", "ask", "decline_place", "drop", "place", "recall", "refuse"]
