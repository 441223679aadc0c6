"""What people call the kinds of bulletins."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from loa.bulletins.rules import Kind

KINDS: Mapping[Kind, str | Promise] = {
    Kind.NOTICE: _("Notice"),
    Kind.VACCINATION: _("Vaccination"),
    Kind.POWER_CUT: _("Power cut"),
    Kind.WATER_CUT: _("Water cut"),
    Kind.FLOOD: _("Flood"),
    Kind.STORM: _("Storm"),
    Kind.FIRE: _("Fire prevention"),
    Kind.EPIDEMIC: _("Epidemic"),
    Kind.ENROLMENT: _("School enrolment"),
    Kind.ELECTION: _("Election"),
    Kind.MEETING: _("Meeting"),
    Kind.TAX: _("Taxes and fees"),
    Kind.HEALTH_INSURANCE: _("Health insurance"),
    Kind.RECRUITMENT: _("Recruitment"),
    Kind.CHARITY: _("Charity"),
    Kind.LOST_FOUND: _("Lost and found"),
    Kind.CULTURE: _("Culture and sports"),
    Kind.ANSWER: _("Answer to citizens"),
    Kind.NEWS: _("News"),
    Kind.OTHER: _("Something else"),
}


def kind_name(kind: str) -> str:
    """Return what people call a kind, in the language of the moment."""
    return str(KINDS[Kind(kind)])
