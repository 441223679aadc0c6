"""Tables of the room."""

from loa.bulletins.models.agency_fields import AgencyField
from loa.bulletins.models.batches import Batch, Tape
from loa.bulletins.models.bulletins import Bulletin, Revision
from loa.bulletins.models.decisions import Decision, Heard
from loa.bulletins.models.editing import Editing
from loa.bulletins.models.exports import Export
from loa.bulletins.models.flows import Flow, FlowStep, Step
from loa.bulletins.models.guidance import Addressee, Guidance, Reading
from loa.bulletins.models.marks import Mark, MarkAnswer
from loa.bulletins.models.own_days import OwnDay
from loa.bulletins.models.reminders import Reminder
from loa.bulletins.models.renditions import Rendition
from loa.bulletins.models.sending import Receipt, Sending
from loa.bulletins.models.sought import Sought, Word
from loa.bulletins.models.supply import Offer, Share, Use
from loa.bulletins.models.taxonomy import Category, CategoryPlace, ExternalField, Language
from loa.bulletins.models.templates import Template

__all__ = [
    "Addressee",
    "AgencyField",
    "Batch",
    "Bulletin",
    "Category",
    "CategoryPlace",
    "Decision",
    "Editing",
    "Export",
    "ExternalField",
    "Flow",
    "FlowStep",
    "Guidance",
    "Heard",
    "Language",
    "Mark",
    "MarkAnswer",
    "Offer",
    "OwnDay",
    "Reading",
    "Receipt",
    "Reminder",
    "Rendition",
    "Revision",
    "Sending",
    "Share",
    "Sought",
    "Step",
    "Tape",
    "Template",
    "Use",
    "Word",
]
