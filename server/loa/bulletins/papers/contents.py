"""What a printed rendition says. Papers are in Vietnamese, whatever language the desk speaks."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

import segno
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from loa.bulletins.models import Revision
from loa.bulletins.rules import RevisionState, State, cutting
from loa.bulletins.rules.blocks import Block, blocks
from loa.bulletins.rules.gist import gist
from loa.bulletins.rules.renditions import Form, Words
from loa.orgs.rules import ZONE

LANGUAGE = "vi"


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """One sheet: who speaks, what it says, and a code that calls the number in it."""

    form: Form
    issuer: str
    kind: str
    title: str
    blocks: Sequence[Block]
    date: str
    mark: str
    """What keeps a draft from being taken for an approved paper; empty on an approved one."""
    code_svg: str
    code_words: str


def paper(revision: Revision, words: Words) -> Paper:
    """Return the paper of a wording's leaflet or briefing; load the revision with its bulletin and unit."""
    with translation.override(LANGUAGE):
        day = timezone.localtime(revision.decided_at or revision.created_at, ZONE)
        phones = gist(cutting.sentences(words.body)).phones
        return Paper(
            form=words.form,
            issuer=revision.bulletin.unit.name,
            kind=_("Leaflet") if words.form is Form.LEAFLET else _("Briefing for local communicators"),
            title=words.title,
            blocks=blocks(words.body),
            date=_("Day %(day)s") % {"day": f"{day:%d/%m/%Y}"},
            mark=_mark(revision),
            code_svg=_code(phones[0]) if phones else "",
            code_words=_("Scan to call %(number)s") % {"number": phones[0]} if phones else "",
        )


def _mark(revision: Revision) -> str:
    if revision.bulletin.state == State.WITHDRAWN:
        return _("WITHDRAWN – not to be handed out")
    if revision.state != RevisionState.APPROVED:
        return _("DRAFT – not approved yet")
    return ""


def _code(phone: str) -> str:
    """Return a QR code that a phone takes as a call."""
    digits = re.sub(r"[^\d+]", "", phone)
    drawn: str = segno.make(f"tel:{digits}", error="m").svg_inline(scale=4, border=2, light="#ffffff")
    return drawn.replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1)
