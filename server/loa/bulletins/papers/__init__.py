"""A leaflet to hand out and a briefing to speak from, as PDF and as a picture of the first page."""

from loa.bulletins.papers.contents import Paper, paper
from loa.bulletins.papers.setting import pdf, picture

__all__ = ["Paper", "paper", "pdf", "picture"]
