"""Compiles the translations named on the command line; run by the Python of .venv."""

import sys
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

for name in sys.argv[1:]:
    source = Path(name)
    with source.open("rb") as text:
        catalog = read_po(text)
    half = source.with_suffix(".mo.part")
    with half.open("wb") as compiled:
        write_mo(compiled, catalog)
    half.replace(source.with_suffix(".mo"))
