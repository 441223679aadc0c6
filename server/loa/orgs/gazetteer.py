"""The national lists of units: as they were until 30 June 2025, and what the reform of 1 July 2025 made of them."""

from loa.orgs.gazetteer_2025 import DECISION, EFFECTIVE_ON, RESOLUTIONS, Paper, order, reform_2025
from loa.orgs.gazetteer_lists import Entry, province_names, read

__all__ = [
    "DECISION",
    "EFFECTIVE_ON",
    "RESOLUTIONS",
    "Entry",
    "Paper",
    "order",
    "province_names",
    "read",
    "reform_2025",
]
