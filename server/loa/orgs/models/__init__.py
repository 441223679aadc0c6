"""Units over time, agencies and posts, and who may do what where."""

from loa.orgs.models.agencies import Agency, AgencyName, Post
from loa.orgs.models.offers import SupportOffer
from loa.orgs.models.reorganisations import Handover, Reorganisation
from loa.orgs.models.rights import Grant, Role, SupportSession
from loa.orgs.models.units import LegalBasis, Level, Lineage, Unit, UnitVersion

__all__ = [
    "Agency",
    "AgencyName",
    "Grant",
    "Handover",
    "LegalBasis",
    "Level",
    "Lineage",
    "Post",
    "Reorganisation",
    "Role",
    "SupportOffer",
    "SupportSession",
    "Unit",
    "UnitVersion",
]
