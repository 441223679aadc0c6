"""What people call each form, and what it is for."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from loa.bulletins.rules.renditions import Form

NAMES: Mapping[Form, str | Promise] = {
    Form.SCRIPT: _("Script to read aloud"),
    Form.SLIDE: _("Board slide"),
    Form.TICKER: _("Board ticker"),
    Form.ARTICLE: _("Article for app and web"),
    Form.SMS: _("Text message"),
    Form.SOCIAL: _("Social post"),
    Form.LEAFLET: _("Leaflet"),
    Form.BRIEFING: _("Briefing for local communicators"),
}
PURPOSES: Mapping[Form, str | Promise] = {
    Form.SCRIPT: _("For whoever reads it out: greeting, the whole text, and once more what must be remembered."),
    Form.SLIDE: _("Read in passing: a title and at most six short lines."),
    Form.TICKER: _("One line that runs along the foot of a board."),
    Form.ARTICLE: _("Read on a phone or a screen: headline, paragraphs, and the facts at the end."),
    Form.SMS: _("Paid for by parts. With accents a part holds 70 letters, without 160."),
    Form.SOCIAL: _("For the commune's page or group: the essence first."),
    Form.LEAFLET: _("An A5 sheet to hand out or put up."),
    Form.BRIEFING: _("An A4 sheet for who goes from house to house: points, questions, answers."),
}
