"""The words read for signs, from `lexicon.tsv`: which table, what is written, what is read."""

from collections.abc import Mapping
from importlib import resources
from types import MappingProxyType


def _table(name: str) -> Mapping[str, str]:
    rows = (line.split("\t") for line in _LINES)
    return MappingProxyType({written: read for table, written, read in rows if table == name})


_LINES = resources.files(__package__ or "").joinpath("lexicon.tsv").read_text("utf-8").splitlines()

KINDS = _table("kind")
"""First part of a document's sign: what kind of paper."""

ISSUERS = _table("issuer")
"""Later parts of a document's sign: who issued it; `WORDS` is asked as well."""

WORDS = _table("word")
"""Whole words. A word in capitals that is not here is spelled, unless it is a syllable in a line of capitals."""

CAPITAL = _table("capital")
"""Abbreviations that could be syllables: read as such only where the line is not in capitals."""

DOTTED = _table("dotted")
"""Abbreviations with a full stop, before a name or a number."""

LETTERS = _table("letter")
FOREIGN = _table("foreign")
"""Foreign words of everyday bulletins; asked before the dictionary of vietnormalizer."""

UNITS = _table("unit")
"""What stands after a number: measures, money, percent."""

SYMBOLS = _table("symbol")
