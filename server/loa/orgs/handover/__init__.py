"""The hand-over list of a change of units as an official paper, to write on (DOCX) and to print (PDF)."""

from loa.orgs.handover.contents import Paper, paper
from loa.orgs.handover.docx import docx
from loa.orgs.handover.pdf import pdf

__all__ = ["Paper", "docx", "paper", "pdf"]
