"""The table of how written Vietnamese is read out, with what the program says today beside it."""

from collections import defaultdict
from pathlib import Path

from loa.media import speakable
from loa.media.speakable import reading

CASES = Path(__file__).resolve().parents[1] / "server" / "loa" / "media" / "tests" / "spoken.tsv"
GROUPS = {
    "read_net": "Addresses on the net",
    "read_identities": "Accounts, cards, files, norms",
    "read_documents": "Numbers of official papers",
    "read_places": "House numbers, roads, kilometre posts, vehicles",
    "read_phones": "Telephone numbers",
    "read_dates": "Dates",
    "read_times": "Hours",
    "read_romans": "Roman numerals",
    "read_ranges": "Ranges, results, sums",
    "read_amounts": "Money, percent, measures",
    "read_abbreviations": "Abbreviations",
    "read_codes": "Codes of letters and digits",
    "read_numbers": "Numbers and fractions",
    "read_capitals": "Words in capitals",
    "read_foreign": "Foreign words and names",
    "": "Signs, marks and what stays as it is",
}
"""What each step of the reading is for, in its order."""


def cases() -> list[tuple[str, str]]:
    """Return every case of the table: what is written, and what is to be read."""
    rows = [line.split("\t") for line in CASES.read_text("utf-8").splitlines()]
    return [(written, read) for written, read in rows]


def page() -> tuple[str, str, list[str]]:
    """Return title, text and lines of the page: each case under the first step that has to do with it."""
    found: dict[str, list[str]] = defaultdict(list)
    right = 0
    for written, read in cases():
        said = speakable.spoken(written)
        right += said == read
        wrong = "" if said == read else f" **says: {said}**"
        found[_step(written)].append(f"| {_cell(written)} | {_cell(read)}{wrong} |")
    lines = [f"{right} of {len(cases())} cases are read as they should be.", ""]
    for step, title in GROUPS.items():
        if found[step]:
            lines += [f"## {title} ({len(found[step])})", "", "| written | read out |", "|---|---|", *found[step], ""]
    text = (
        "How numbers, dates, signs, abbreviations and names are read in a bulletin: judged as a careful newsreader "
        "would read them, in the northern way. Kept in `server/loa/media/tests/spoken.tsv`; a test reads every line."
    )
    return "Written Vietnamese, read out", text, lines[:-1]


def _step(written: str) -> str:
    text = reading.cleaned(written)
    for read in reading.STEPS:
        if read(text) != text:
            return read.__name__
    return ""


def _cell(text: str) -> str:
    return text.replace("\\", "\\\\").replace("|", "\\|").replace("*", "\\*").replace("<", "&lt;").replace("#", "\\#")
