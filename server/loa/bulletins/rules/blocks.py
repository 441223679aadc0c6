"""How a rendition's body is set: paragraphs, headings and lists. Marks of any markup are letters here."""

from dataclasses import dataclass
from enum import StrEnum

HEADING_LONGEST = 60


class Kind(StrEnum):
    """What a block is."""

    HEADING = "heading"
    LIST = "list"
    PARAGRAPH = "paragraph"


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """A heading or paragraph of one line, or a list of several."""

    kind: Kind
    lines: tuple[str, ...]


def blocks(body: str) -> list[Block]:
    """Return the blocks of a body: `- ` begins an item, a short line that ends in a colon is a heading."""
    found: list[Block] = []
    for line in (one.strip() for one in body.split("\n")):
        if line.startswith("- "):
            above = found.pop().lines if found and found[-1].kind is Kind.LIST else ()
            found.append(Block(kind=Kind.LIST, lines=(*above, line[2:].strip())))
        elif line.endswith(":") and len(line) <= HEADING_LONGEST:
            found.append(Block(kind=Kind.HEADING, lines=(line.rstrip(":").strip(),)))
        elif line:
            found.append(Block(kind=Kind.PARAGRAPH, lines=(line,)))
    return found
