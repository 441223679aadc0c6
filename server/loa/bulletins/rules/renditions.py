"""The forms in which one text goes out, and how much each holds."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from loa.bulletins.rules import sms
from loa.orgs.rules import Channel

RECIPE = 1
"""Moves with every change of `deriving`: what was derived by another recipe is told apart."""

BODY_LONGEST = 22_000
"""Letters of any rendition: the longest text with greeting and repetition."""

SLIDE_TITLE, SLIDE_ROWS, SLIDE_ROW = 60, 6, 36
TICKER_LONGEST, SOCIAL_LONGEST, HEADLINE_LONGEST = 200, 500, 100
LEAFLET_LONGEST, BRIEFING_LONGEST = 1_600, 4_000
SMS_PARTS = 3
"""A household reads no fourth part, and pays attention to the first."""


class Form(StrEnum):
    """One way a text goes out. A board has two, and the article is the same in the app and on the web."""

    SCRIPT = "script"
    SLIDE = "slide"
    TICKER = "ticker"
    ARTICLE = "article"
    SMS = "sms"
    SOCIAL = "social"
    LEAFLET = "leaflet"
    BRIEFING = "briefing"


CHANNELS: Mapping[Form, tuple[Channel, ...]] = {
    Form.SCRIPT: (Channel.LOUDSPEAKER,),
    Form.SLIDE: (Channel.BOARD,),
    Form.TICKER: (Channel.BOARD,),
    Form.ARTICLE: (Channel.APP, Channel.WEB),
    Form.SMS: (Channel.SMS,),
    Form.SOCIAL: (Channel.SOCIAL,),
    Form.LEAFLET: (Channel.PRINT,),
    Form.BRIEFING: (Channel.SPEAKER,),
}
PAPERS = (Form.LEAFLET, Form.BRIEFING)
"""Forms that are printed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """What a form holds: letters of title and body; 0 where there is no title, no limit of rows or of parts."""

    title: int
    body: int
    rows: int = 0
    row: int = 0
    parts: int = 0


LIMITS: Mapping[Form, Limit] = {
    Form.SCRIPT: Limit(title=0, body=BODY_LONGEST),
    Form.SLIDE: Limit(title=SLIDE_TITLE, body=SLIDE_ROWS * (SLIDE_ROW + 1), rows=SLIDE_ROWS, row=SLIDE_ROW),
    Form.TICKER: Limit(title=0, body=TICKER_LONGEST, rows=1),
    Form.ARTICLE: Limit(title=HEADLINE_LONGEST, body=BODY_LONGEST),
    Form.SMS: Limit(title=0, body=sms.GSM_JOINED * SMS_PARTS, parts=SMS_PARTS),
    Form.SOCIAL: Limit(title=0, body=SOCIAL_LONGEST),
    Form.LEAFLET: Limit(title=HEADLINE_LONGEST, body=LEAFLET_LONGEST),
    Form.BRIEFING: Limit(title=HEADLINE_LONGEST, body=BRIEFING_LONGEST),
}


class Excess(StrEnum):
    """Why words do not fit their form."""

    TITLE_MISSING = "title_missing"
    BODY_MISSING = "body_missing"
    TITLE_LONG = "title_long"
    BODY_LONG = "body_long"
    ROWS_MANY = "rows_many"
    ROW_LONG = "row_long"
    PARTS_MANY = "parts_many"


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """What renditions are made of."""

    title: str
    text: str
    abstract: str = ""
    unit_name: str = ""
    language: str = "vi"


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """What one form says. A slide's rows are the lines of its body."""

    form: Form
    title: str
    body: str


def excess(words: Words) -> Excess | None:
    """Return why words do not fit their form; None when they do. A slide may have a title alone."""
    limit, rows = LIMITS[words.form], words.body.split("\n")
    checks = {
        Excess.TITLE_MISSING: bool(limit.title) and not _is_seen(words.title),
        Excess.BODY_MISSING: not _is_seen(words.body) and words.form is not Form.SLIDE,
        Excess.TITLE_LONG: len(words.title) > limit.title,
        Excess.ROWS_MANY: bool(limit.rows) and len(rows) > limit.rows,
        Excess.ROW_LONG: bool(limit.row) and any(len(row) > limit.row for row in rows),
        Excess.BODY_LONG: len(words.body) > limit.body,
        Excess.PARTS_MANY: bool(limit.parts) and sms.measure(words.body).count > limit.parts,
    }
    return next((why for why, is_so in checks.items() if is_so), None)


def _is_seen(text: str) -> bool:
    """Tell whether there is anything to see: marks without width and spaces alone say nothing."""
    return any(letter.isprintable() and not letter.isspace() for letter in text)
