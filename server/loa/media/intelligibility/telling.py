"""What was measured, as figures for machines and as the page of the reference."""

from collections.abc import Sequence
from datetime import date
from typing import Any  # Any: JSON

from loa.media import transcribing
from loa.media.intelligibility.measuring import Measured

_PAGE = """# Intelligibility

<!-- Made by `./loa intelligibility --page FILE`: measure anew instead of editing. -->

How many words of {notices} notices ([the list](../../server/loa/media/intelligibility/notices.tsv)) a recognizer hears
wrongly when a voice reads them: the share of words that would have to be changed, added or left out, and the interval
that holds it with 95 % confidence. The reference is the text as it is read out.

The recognizer, {engine}, was trained on people and is far less patient than a listener: the figures compare voices, and
changes of ours. They are no share of what people understand. Nor was it tried on recordings of people: none in
Vietnamese comes with the packages used here, and no Piper voice for Vietnamese does, so that only eSpeak NG is listed
until one is added (`./loa voice add`, then `./loa intelligibility --voice piper:…`).

| voice | version | wrong words | interval | × real time |
|---|---|---|---|---|
{rows}

Measured on {day:%Y-%m-%d}, {words} words for each voice.
"""


def figures(found: Sequence[Measured], *, day: date) -> dict[str, Any]:
    """Return everything as JSON values."""
    return {
        "day": day.isoformat(),
        "recognizer": transcribing.engine(),
        "voices": {
            one.voice.id: {
                "version": one.voice.version,
                "notices": one.notices,
                "words": one.words,
                "word_error_rate": round(one.share.rate, 4),
                "low": round(one.share.low, 4),
                "high": round(one.share.high, 4),
                "times_real_time": round(one.speed, 1),
            }
            for one in found
        },
    }


def table(found: Sequence[Measured]) -> str:
    """Return the rows as a person reads them."""
    return "\n".join(
        f"{one.voice.id:<26} {one.share.rate:6.1%}  {one.share.low:.1%}–{one.share.high:.1%}  {one.speed:.1f}×"
        for one in found
    )


def page(found: Sequence[Measured], *, day: date) -> str:
    """Return the page of the reference."""
    rows = "\n".join(
        f"| `{one.voice.id}` | {_short(one.voice.version)} | {one.share.rate:.1%} | "
        f"{one.share.low:.1%} to {one.share.high:.1%} | {one.speed:.1f} |"
        for one in found
    )
    facts = {"notices": found[0].notices, "words": found[0].words, "engine": transcribing.engine()}
    return _PAGE.format(rows=rows, day=day, **facts)


def _short(version: str) -> str:
    return "/".join(part[:12] for part in version.split("/")) or "–"
