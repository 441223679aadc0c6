"""Makes what each channel says from one text. Pure and repeatable: the same words give the same renditions.

Times, places and phone numbers come first wherever room is short; whole sentences before cut ones. What listeners and
readers get is Vietnamese, whatever language the desk speaks; a text in another language is cut and nothing is added.
"""

from collections.abc import Callable, Mapping, Sequence

from loa.bulletins.rules import cutting, gist, sms, telling
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

_SMS_LONGEST = sms.UCS2_JOINED * SMS_PARTS


def derive(form: Form, source: Source) -> Words:
    """Return what one form says of a source, within `renditions.LIMITS`."""
    return _RECIPES[form](telling.read(source))


def derive_all(source: Source) -> dict[Form, Words]:
    """Return every form of a source."""
    told = telling.read(source)
    return {form: recipe(told) for form, recipe in _RECIPES.items()}


def _script(told: telling.Told) -> Words:
    """Say it as an announcer does: who speaks, the whole text, and once more what must be remembered."""
    text = told.source.text.strip() or told.source.title
    if not told.is_vietnamese:
        return Words(form=Form.SCRIPT, title="", body=telling.clipped(text, BODY_LONGEST))
    spoken = cutting.sentences(text)
    parts = [text]
    if not spoken[0].casefold().startswith("kính"):
        who = f"{told.source.unit_name} thông báo: " if told.source.unit_name else ""
        parts.insert(0, f"Kính thưa bà con! {who}{telling.ended(told.source.title)}")
    if facts := telling.facts(told):
        parts.append(f"Xin nhắc lại: {telling.ended(told.source.title)} {telling.begun(facts)}")
    if not gist.is_polite(spoken[-1]):
        parts.append("Xin trân trọng cảm ơn bà con đã chú ý lắng nghe.")
    return Words(form=Form.SCRIPT, title="", body=telling.clipped("\n".join(parts), BODY_LONGEST))


def _slide(told: telling.Told) -> Words:
    """Show at a glance: when, where, whom to call, and with what room is left, what to do."""
    found = told.gist
    contact = cutting.rows(f"ĐT: {found.phones[0]}", SLIDE_ROW)[:1] if found.phones else []
    rows = cutting.rows(telling.begun(found.moment), SLIDE_ROW)[:2]
    if found.where and not any(found.where[0] in ask for ask in found.asks):  # a request that names it shows it
        rows += cutting.rows(f"Tại {found.where[0]}", SLIDE_ROW)[:2]
    for sentence in found.asks or (() if rows else told.said):
        free = SLIDE_ROWS - len(contact) - len(rows)
        if free < 1:
            break
        if sentence in found.asks and found.phones and found.phones[0] in sentence:
            continue
        rows += _whole_rows(telling.without(sentence, found.moment), free, is_first=not rows)
    title = cutting.fit(told.source.title, SLIDE_TITLE)
    return Words(form=Form.SLIDE, title=title, body="\n".join([*rows[: SLIDE_ROWS - len(contact)], *contact]))


def _ticker(told: telling.Told) -> Words:
    return Words(form=Form.TICKER, title="", body=telling.brief(told, TICKER_LONGEST))


def _article(told: telling.Told) -> Words:
    title = cutting.fit(told.source.title, HEADLINE_LONGEST)
    blocks = [told.source.abstract] if told.source.abstract else []
    blocks += telling.paragraphs(told.source.text) or [told.source.title]
    if facts := telling.answers(told):
        blocks.append("\n".join(["Cần nhớ:", *(f"- {fact}" for fact in facts)]))
    return Words(form=Form.ARTICLE, title=title, body=telling.clipped("\n\n".join(blocks), BODY_LONGEST))


def _sms(told: telling.Told) -> Words:
    longest = _SMS_LONGEST
    body = telling.brief(told, longest)
    while sms.measure(body).count > SMS_PARTS:  # picture letters count two
        longest -= 10
        body = telling.brief(told, longest)
    return Words(form=Form.SMS, title="", body=body)


def _social(told: telling.Told) -> Words:
    title = cutting.fit(told.source.title, HEADLINE_LONGEST)
    facts = "\n".join(telling.answers(told))
    room = SOCIAL_LONGEST - len(title) - len(facts) - 4
    text = gist.best(told.said, room) if room >= HEADLINE_LONGEST else ""
    return Words(
        form=Form.SOCIAL,
        title="",
        body=telling.clipped("\n\n".join(part for part in (title, text, facts) if part), SOCIAL_LONGEST),
    )


def _leaflet(told: telling.Told) -> Words:
    title = cutting.fit(told.source.title, HEADLINE_LONGEST)
    facts = "\n".join(f"- {fact}" for fact in telling.answers(told))
    text = gist.best(told.said, LEAFLET_LONGEST - len(facts) - 2)
    body = "\n\n".join(part for part in (facts, *telling.paragraphs(text)) if part)
    return Words(form=Form.LEAFLET, title=title, body=telling.clipped(body or title, LEAFLET_LONGEST))


def _briefing(told: telling.Told) -> Words:
    """Give who goes from house to house the points, the questions people ask, and what to answer."""
    title = cutting.fit(told.source.title, HEADLINE_LONGEST)
    found = told.gist
    points = [telling.ended(one) for one in cutting.sentences(gist.best(told.said, BRIEFING_LONGEST // 3)) or [title]]
    if not told.is_vietnamese:
        return Words(form=Form.BRIEFING, title=title, body=_listed({"": points}))
    asked = {
        "Khi nào?": "; ".join(found.when),
        "Ở đâu?": "; ".join(found.where),
        "Ai cần biết?": "; ".join(found.who),
        "Hỏi thêm ở đâu?": "; ".join(found.phones),
    }
    questions = [f"{question} {telling.ended(telling.begun(answer))}" for question, answer in asked.items() if answer]
    body = _listed(
        {
            "Nội dung chính:": points,
            "Bà con hay hỏi:": questions,
            "Bà con cần làm:": [telling.ended(one) for one in found.asks if one not in told.said[:1]],
        }
    )
    return Words(form=Form.BRIEFING, title=title, body=telling.clipped(body, BRIEFING_LONGEST))


_RECIPES: Mapping[Form, Callable[[telling.Told], Words]] = {
    Form.SCRIPT: _script,
    Form.SLIDE: _slide,
    Form.TICKER: _ticker,
    Form.ARTICLE: _article,
    Form.SMS: _sms,
    Form.SOCIAL: _social,
    Form.LEAFLET: _leaflet,
    Form.BRIEFING: _briefing,
}


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
        return cutting.rows(telling.begun(", ".join(kept)), SLIDE_ROW)
    return cutting.rows(cutting.fit(sentence, SLIDE_ROW), SLIDE_ROW)[:free] if is_first else []


def _listed(sections: Mapping[str, Sequence[str]]) -> str:
    parts = [
        "\n".join([*([head] if head else []), *(f"- {one}" for one in items)])
        for head, items in sections.items()
        if items
    ]
    return "\n\n".join(parts)
