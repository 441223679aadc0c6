"""What people call the kinds of bulletins and the channels on which they go out."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from loa.bulletins.rules import Kind
from loa.orgs.rules import Channel

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

CHANNELS: Mapping[Channel, str | Promise] = {
    Channel.LOUDSPEAKER: _("Loudspeakers"),
    Channel.BOARD: _("Public boards"),
    Channel.APP: _("App"),
    Channel.WEB: _("Web portal"),
    Channel.SMS: _("Text messages"),
    Channel.SOCIAL: _("Social networks"),
    Channel.PRINT: _("Print"),
    Channel.SPEAKER: _("Local communicators"),
}


def kind_name(kind: str) -> str:
    """Return what people call a kind, in the language of the moment."""
    return str(KINDS[Kind(kind)])
