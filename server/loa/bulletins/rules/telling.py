"""A source read once, and the pieces of which every form is made."""

from collections.abc import Sequence
from dataclasses import dataclass

from loa.bulletins.rules import cutting, gist
from loa.bulletins.rules.facts import VIETNAMESE
from loa.bulletins.rules.renditions import SLIDE_ROW, SOCIAL_LONGEST, Source

PARAGRAPH_SENTENCES = 3
_FACT_LONGEST = 120


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A source, read once: its sentences without greeting and thanks, and what they answer."""

    source: Source
    said: Sequence[str]
    gist: gist.Gist

    @property
    def is_vietnamese(self) -> bool:
        """Tell whether words of ours may stand beside the text's."""
        return self.source.language == VIETNAMESE


def read(source: Source) -> Told:
    """Return what a source says, in its order, and what of it must not be lost."""
    text = f"{source.abstract}\n{source.text}" if source.abstract else source.text
    said = list(dict.fromkeys(one for one in cutting.sentences(text) if not gist.is_polite(one)))
    found = gist.gist(said) if source.language == VIETNAMESE else gist.Gist()
    return Told(source=source, said=said, gist=found)


def brief(told: Told, longest: int) -> str:
    """Return title and text on one line where both fit; else the title, the facts, and what else there is room for."""
    title, whole = told.source.title, " ".join(told.said)
    if len(title) + len(whole) + 2 <= longest:
        return f"{ended(title)} {whole}".strip() if whole else title
    head = cutting.fit(title, longest // 2)
    known = facts(told, longest - len(head) - 2)
    head = f"{head}: {known}" if known else ended(head)
    room = longest - len(head) - 1
    rest = _further(told, room) if known else told.said
    return f"{head} {gist.best(rest, room)}".strip() if rest and room > SLIDE_ROW else head[:longest]


def facts(told: Told, longest: int = SOCIAL_LONGEST) -> str:
    """Return when, where and whom to call as a sentence or two; what does not fit is left out from the end."""
    found = told.gist
    place = f"tại {found.where[0]}" if found.where else ""
    line = ", ".join(part for part in (found.moment, place) if part)
    if len(line) + 1 > longest:
        line = found.moment
    phone = f"ĐT {found.phones[0]}." if found.phones else ""
    full = f"{ended(line)} {phone}".strip() if line else phone
    short = ended(line) if line else ""
    return next((one for one in (full, short, phone) if one and len(one) <= longest), "")


def answers(told: Told) -> list[str]:
    """Return the facts as lines, each with its label."""
    found = told.gist
    labelled = {
        "Thời gian": found.moment,
        "Địa điểm": found.where[0] if found.where else "",
        "Liên hệ": " – ".join(found.phones[:2]),
    }
    return [f"{label}: {cutting.fit(begun(fact), _FACT_LONGEST)}" for label, fact in labelled.items() if fact]


def paragraphs(text: str) -> list[str]:
    """Return a text in paragraphs of a few sentences, its own lines kept, greeting and thanks left out."""
    out = []
    for line in text.split("\n"):
        said = [one for one in cutting.sentences(line) if not gist.is_polite(one)]
        out += [
            " ".join(said[place : place + PARAGRAPH_SENTENCES]) for place in range(0, len(said), PARAGRAPH_SENTENCES)
        ]
    return out


def without(sentence: str, moment: str) -> str:
    """Return a request without the time that was told already."""
    return sentence.replace(f" {moment}", "", 1) if moment and len(sentence) > SLIDE_ROW else sentence


def ended(sentence: str) -> str:
    """Return a sentence with its end."""
    plain = sentence.rstrip(" ,;:")
    return plain if plain.endswith((".", "!", "?", "…")) else f"{plain}."


def begun(fact: str) -> str:
    """Return a fact as the beginning of a line."""
    return fact[:1].upper() + fact[1:]


def clipped(text: str, longest: int) -> str:
    """Return a text of several lines within its limit, cut after a line or a sentence."""
    if len(text) <= longest:
        return text
    kept = text[: longest + 1].rpartition("\n")[0].rstrip()
    return kept or cutting.fit(text, longest)


def _further(told: Told, room: int) -> list[str]:
    """Return the requests that fit and do not repeat what the facts have said."""
    asks = (without(one, told.gist.moment) for one in told.gist.asks)
    return [one for one in asks if len(one) <= room and not any(phone in one for phone in told.gist.phones)]
