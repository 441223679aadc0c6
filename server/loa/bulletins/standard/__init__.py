"""Templates that come with the program."""

import functools
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from django.utils.translation import get_language

from loa.bulletins import rules


@dataclass(frozen=True, slots=True, kw_only=True)
class Standard:
    """A text with blanks that every unit may use. One of third parties is a fixed form: its text is never free."""

    code: str
    kind: rules.Kind
    name_vi: str
    name_en: str
    title: str
    text: str
    is_third_party: bool = False

    @property
    def name(self) -> str:
        """Return what people call it, in the language of the moment."""
        return self.name_en if (get_language() or "").startswith("en") else self.name_vi


@functools.cache
def templates() -> Mapping[str, Standard]:
    """Return the templates that come with the program, by code, in their order."""
    with (Path(__file__).parent / "templates.toml").open("rb") as file:
        rows = tomllib.load(file)["template"]
    kept = [
        Standard(
            code=row["code"],
            kind=rules.Kind(row["kind"]),
            name_vi=row["name_vi"],
            name_en=row["name_en"],
            title=row["title"],
            text=row["text"].strip(),
            is_third_party=row.get("is_third_party", False),
        )
        for row in rows
    ]
    return {one.code: one for one in kept}
