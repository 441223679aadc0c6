"""Makes what each channel says from one text. Pure and repeatable: the same words give the same renditions.

Times, places and phone numbers come first wherever room is short; whole sentences before cut ones. What listeners and
readers get is Vietnamese, whatever language the desk speaks; a text in another language is cut and nothing is added.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from loa.bulletins.rules import cutting, gist, sms
from loa.bulletins.rules.renditions import (
    BODY_LONGEST,
    BRIEFING_LONGEST,
    HEADLINE_LONGEST,
    LEAFLET_LONGEST,
    SLIDE_ROW,
    SLIDE_ROWS,
    SLIDE_TITLE,
    SMS_PARTS,
    SOCIAL_LONGEST,
    TICKER_LONGEST,
    Form,
    Source,
    Words,
)

VIETNAMESE = "vi"
PARAGRAPH_SENTENCES = 3
_SMS_LONGEST = sms.UCS2_JOINED * SMS_PARTS
_CONTACT_LONGEST = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class _Told:
    """A source, read once: its sentences without greeting and thanks, and what they answer."""

    source: Source
    said: Sequence[str]
    gist: gist.Gist

    @property
    def is_vietnamese(self) -> bool:
        return self.source.language == VIETNAMESE


def derive(form: Form, source: Source) -> Words:
    """Return what one form says of a source, within `renditions.LIMITS`."""
    return _RECIPES[form](_read(source))


def derive_all(source: Source) -> dict[Form, Words]:
    """Return every form of a source."""
    told = _read(source)
    return {form: recipe(told) for form, recipe in _RECIPES.items()}


def _read(source: Source) -> _Told:
    text = f"{source.abstract}\n{source.text}" if source.abstract else source.text
    said = list(dict.fromkeys(one for one in cutting.sentences(text) if not gist.is_polite(one)))
    found = gist.gist(said) if source.language == VIETNAMESE else gist.Gist()
    return _Told(source=source, said=said, gist=found)


def _script(told: _Told) -> Words:
    """Say it as an announcer does: who speaks, the whole text, and once more what must be remembered."""
    text = told.source.text or told.source.title
    if not told.is_vietnamese:
        return Words(form=Form.SCRIPT, title="", body=_clipped(text, BODY_LONGEST))
    spoken = cutting.sentences(text)
    parts = [text]
    if not spoken[0].casefold().startswith("kính"):
        who = f"{told.source.unit_name} thông báo: " if told.source.unit_name else ""
        parts.insert(0, f"Kính thưa bà con! {who}{_ended(told.source.title)}")
    if facts := _facts(told):
        parts.append(f"Xin nhắc lại: {_ended(told.source.title)} {facts}")
    if not gist.is_polite(spoken[-1]):
        parts.append("Xin trân trọng cảm ơn bà con đã chú ý lắng nghe.")
    return Words(form=Form.SCRIPT, title="", body=_clipped("\n".join(parts), BODY_LONGEST))


def _slide(told: _Told) -> Words:
    """Show at a glance: when, where, whom to call, and with what room is left, what to do."""
    found = told.gist
    contact = cutting.rows(f"ĐT: {found.phones[0]}", SLIDE_ROW)[:1] if found.phones else []
    rows = cutting.rows(_begun(found.moment), SLIDE_ROW)[:2]
    if found.where and not any(found.where[0] in ask for ask in found.asks):  # a request that names it shows it
        rows += cutting.rows(f"Tại {found.where[0]}", SLIDE_ROW)[:2]
    for sentence in found.asks or (() if rows else told.said):
        free = SLIDE_ROWS - len(contact) - len(rows)
        if free < 1:
            break
        if sentence in found.asks and found.phones and found.phones[0] in sentence:
            continue
        rows += _whole_rows(_without(sentence, found.moment), free, is_first=not rows)
    title = cutting.fit(told.source.title, SLIDE_TITLE)
    return Words(form=Form.SLIDE, title=title, body="\n".join([*rows[: SLIDE_ROWS - len(contact)], *contact]))


def _ticker(told: _Told) -> Words:
    return Words(form=Form.TICKER, title="", body=_brief(told, TICKER_LONGEST))


def _article(told: _Told) -> Words:
    title = cutting.fit(told.source.title, HEADLINE_LONGEST)
    blocks = [told.source.abstract] if told.source.abstract else []
    blocks += _paragraphs(told.source.text) or [told.source.title]
    if facts := _answers(told):
        blocks.append("\n".join(["Cần nhớ:", *(f"- {fact}" for fact in facts)]))
    return Words(form=Form.ARTICLE, title=title, body=_clipped("\n\n".join(blocks), BODY_LONGEST))


def _sms(told: _Told) -> Words:
    longest = _SMS_LONGEST
    body = _brief(told, longest)
    while sms.measure(body).count > SMS_PARTS:  # picture letters count two
        longest -= 10
        body = _brief(told, longest)
    return Words(form=Form.SMS, title="", body=body)


def _social(told: _Told) -> Words:
    title = cutting.fit(told.source.title, HEADLINE_LONGEST)
    facts = "\n".join(_answers(told))
    room = SOCIAL_LONGEST - len(title) - len(facts) - 4
    text = gist.best(told.said, room) if room >= HEADLINE_LONGEST else ""
    return Words(
        form=Form.SOCIAL,
        title="",
        body=_clipped("\n\n".join(part for part in (title, text, facts) if part), SOCIAL_LONGEST),
    )


def _leaflet(told: _Told) -> Words:
    title = cutting.fit(told.source.title, HEADLINE_LONGEST)
    facts = "\n".join(f"- {fact}" for fact in _answers(told))
    text = gist.best(told.said, LEAFLET_LONGEST - len(facts) - 2)
    body = "\n\n".join(part for part in (facts, *_paragraphs(text)) if part)
    return Words(form=Form.LEAFLET, title=title, body=_clipped(body or title, LEAFLET_LONGEST))


def _briefing(told: _Told) -> Words:
    """Give who goes from house to house the points, the questions people ask, and what to answer."""
    title = cutting.fit(told.source.title, HEADLINE_LONGEST)
    found = told.gist
    points = [_ended(one) for one in cutting.sentences(gist.best(told.said, BRIEFING_LONGEST // 3)) or [title]]
    if not told.is_vietnamese:
        return Words(form=Form.BRIEFING, title=title, body=_listed({"": points}))
    asked = {
        "Khi nào?": "; ".join(found.when),
        "Ở đâu?": "; ".join(found.where),
        "Ai cần biết?": "; ".join(found.who),
        "Hỏi thêm ở đâu?": "; ".join(found.phones),
    }
    questions = [f"{question} {_ended(_begun(answer))}" for question, answer in asked.items() if answer]
    body = _listed(
        {
            "Nội dung chính:": points,
            "Bà con hay hỏi:": questions,
            "Bà con cần làm:": [_ended(one) for one in found.asks if one not in told.said[:1]],
        }
    )
    return Words(form=Form.BRIEFING, title=title, body=_clipped(body, BRIEFING_LONGEST))


_RECIPES: Mapping[Form, Callable[[_Told], Words]] = {
    Form.SCRIPT: _script,
    Form.SLIDE: _slide,
    Form.TICKER: _ticker,
    Form.ARTICLE: _article,
    Form.SMS: _sms,
    Form.SOCIAL: _social,
    Form.LEAFLET: _leaflet,
    Form.BRIEFING: _briefing,
}


def _brief(told: _Told, longest: int) -> str:
    """Return title and text on one line where both fit; else the title, the facts, and what else there is room for."""
    title, whole = told.source.title, " ".join(told.said)
    if len(title) + len(whole) + 2 <= longest:
        return f"{_ended(title)} {whole}".strip() if whole else title
    head = cutting.fit(title, longest // 2)
    if facts := _facts(told, longest - len(head) - 2):
        head = f"{head}: {facts[0].lower()}{facts[1:]}"
    else:
        head = _ended(head)
    room = longest - len(head) - 1
    rest = [_without(one, told.gist.moment) for one in told.gist.asks] if facts else list(told.said)
    rest = [one for one in rest if not any(phone in one for phone in told.gist.phones)] if facts else rest
    fitting = [one for one in rest if len(one) <= room] if facts else rest
    return f"{head} {gist.best(fitting, room)}".strip() if fitting and room > SLIDE_ROW else head[:longest]


def _facts(told: _Told, longest: int = SOCIAL_LONGEST) -> str:
    """Return when, where and whom to call as a sentence or two; what does not fit is left out from the end."""
    found = told.gist
    place = f"tại {found.where[0]}" if found.where else ""
    line = ", ".join(part for part in (found.moment, place) if part)
    if len(line) + 1 > longest:
        line = found.moment
    phone = f"ĐT {found.phones[0]}." if found.phones else ""
    full = f"{_ended(_begun(line))} {phone}".strip() if line else phone
    short = _ended(_begun(line)) if line else ""
    return next((one for one in (full, short, phone) if one and len(one) <= longest), "")


def _answers(told: _Told) -> list[str]:
    """Return the facts as lines, each with its label."""
    found = told.gist
    labelled = {
        "Thời gian": found.moment,
        "Địa điểm": found.where[0] if found.where else "",
        "Liên hệ": " – ".join(found.phones[:2]),
    }
    return [f"{label}: {cutting.fit(_begun(fact), _CONTACT_LONGEST * 2)}" for label, fact in labelled.items() if fact]


def _paragraphs(text: str) -> list[str]:
    """Return a text in paragraphs of a few sentences, its own lines kept, greeting and thanks left out."""
    out = []
    for line in text.split("\n"):
        said = [one for one in cutting.sentences(line) if not gist.is_polite(one)]
        out += [
            " ".join(said[place : place + PARAGRAPH_SENTENCES]) for place in range(0, len(said), PARAGRAPH_SENTENCES)
        ]
    return out


def _whole_rows(sentence: str, free: int, *, is_first: bool) -> list[str]:
    """Return a sentence in rows if it fits, else as many clauses as do; cut only when nothing else would show."""
    rows = cutting.rows(sentence.rstrip("."), SLIDE_ROW)
    if len(rows) <= free:
        return rows
    kept: list[str] = []
    for clause in cutting.clauses(sentence):
        rows = cutting.rows(", ".join([*kept, clause]), SLIDE_ROW)
        if len(rows) > free:
            break
        kept.append(clause)
    if kept:
        return cutting.rows(_begun(", ".join(kept)), SLIDE_ROW)
    return cutting.rows(cutting.fit(sentence, SLIDE_ROW), SLIDE_ROW)[:free] if is_first else []


def _without(sentence: str, moment: str) -> str:
    """Return a request without the time that was told already."""
    return sentence.replace(f" {moment}", "", 1) if moment and len(sentence) > SLIDE_ROW else sentence


def _listed(sections: Mapping[str, Sequence[str]]) -> str:
    parts = [
        "\n".join([*([head] if head else []), *(f"- {one}" for one in items)])
        for head, items in sections.items()
        if items
    ]
    return "\n\n".join(parts)


def _ended(sentence: str) -> str:
    plain = sentence.rstrip(" ,;:")
    return plain if plain.endswith((".", "!", "?", "…")) else f"{plain}."


def _begun(fact: str) -> str:
    return fact[:1].upper() + fact[1:]


def _clipped(text: str, longest: int) -> str:
    """Return a text of several lines within its limit, cut after a line or a sentence."""
    if len(text) <= longest:
        return text
    kept = text[: longest + 1].rpartition("\n")[0].rstrip()
    return kept or cutting.fit(text, longest)
