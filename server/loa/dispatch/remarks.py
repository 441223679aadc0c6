"""What happened to a relay, in words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from loa.dispatch.models import Airing, Remark
from loa.dispatch.rules import Turn
from loa_protocol.plan import Priority

SENTENCES: Mapping[Turn, str | Promise] = {
    Turn.BEGUN: _("The relay was opened to the loudspeakers."),
    Turn.TAKEN_OVER: _("Another process of the server went on with the relay."),
    Turn.LOST: _("Nothing came from the source any more; what was agreed on instead is heard."),
    Turn.SILENT: _("The source sent nothing but silence; what was agreed on instead is heard."),
    Turn.BACK: _("The source is there again and is heard."),
    Turn.ENDED: _("The relay ended."),
}
DETAILS: Mapping[str, str | Promise] = {
    "unreachable": _("The source does not answer."),
    "refused": _("The source answers, but does not give the stream."),
    "address": _("The source led to an address that is not allowed."),
    "playlist": _("The list of pieces of the stream cannot be read."),
    "not_sound": _("What comes is no sound that can be read."),
    "too_large": _("More came than a stream may bring."),
    "ended": _("The stream ended."),
}
"""Why nothing came, by the code the intake gives."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One remark for a page."""

    at: datetime
    sentence: str | Promise
    more: str | Promise
    is_bad: bool


def of(airing: Airing) -> Sequence[Line]:
    """Return what happened to an airing the caller may see, in order of time; nothing for what is no relay."""
    if not is_relay(airing):
        return []
    found = Remark.objects.unscoped("of an airing the caller may see").filter(airing=airing).order_by("at", "pk")
    return [
        Line(
            at=one.at,
            sentence=SENTENCES[Turn(one.code)],
            more=DETAILS.get(one.detail, "") if one.code != Turn.BEGUN else one.detail,
            is_bad=one.code in {Turn.LOST, Turn.SILENT},
        )
        for one in found[:200]
    ]


def is_relay(airing: Airing) -> bool:
    """Tell whether an airing passes another station on."""
    return airing.is_live and airing.priority == Priority.RELAY
