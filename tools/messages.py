"""Every sentence people can see, as gettext knows it: collected from Python and templates without GNU tools."""

import ast
import io
import re
from collections.abc import Iterator
from pathlib import Path

from babel.messages import pofile

from tools import source

ONE = {"_", "gettext", "gettext_lazy", "gettext_noop", "pgettext"}
MANY = {"ngettext", "ngettext_lazy"}
SAID_BY_THE_BOX = {"step", "plain", "translated", "Refused", "WrongSetting", "warn", "fact"}
"""`box/saying.py` translates what it is given."""

_TRANSLATE = re.compile(r"""\{%-?\s*(?:translate|trans)\s+("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')""")
_INLINE = re.compile(r"""_\(("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')\)""")
_BLOCK = re.compile(r"\{%\s*blocktrans(?:late)?\b(.*?)%\}(.*?)\{%\s*endblocktrans(?:late)?\s*%\}", re.DOTALL)
_PLURAL = re.compile(r"\{%\s*plural.*?%\}")
_VARIABLE = re.compile(r"\{\{\s*(\w+)\s*\}\}")


def of_python(path: Path) -> set[str]:
    """Return the msgids of a Python file."""
    found = set()
    said = source.room_of(path) in {"box", "cli"}
    for called, node in source.calls(path):
        last = called.rsplit(".", 1)[-1]
        if last in MANY:
            found |= {text.value for text in node.args[:2] if _is_text(text)}
        elif last in ONE or (said and last in SAID_BY_THE_BOX):
            found |= {text.value for text in node.args[:1] if _is_text(text)}
    return found - {""}


def of_template(path: Path) -> set[str]:
    """Return the msgids of a template."""
    text = path.read_text(encoding="utf-8")
    found = {ast.literal_eval(quoted).replace("%", "%%") for quoted in _TRANSLATE.findall(text)}
    found |= {ast.literal_eval(quoted).replace("%", "%%") for quoted in _INLINE.findall(text)}
    for options, body in _BLOCK.findall(text):
        for form in _PLURAL.split(body):
            words = _VARIABLE.sub(r"%(\1)s", form.replace("%", "%%"))
            if "trimmed" in options.split():
                words = " ".join(line.strip() for line in words.strip().splitlines())
            found.add(words)
    return found


def of_room(room: str) -> dict[str, str]:
    """Return a room's msgids, each with the file it stands in."""
    found = {}
    for path in source.shipped_files():
        if source.room_of(path) == room:
            found |= dict.fromkeys(of_python(path), source.name(path))
    for path in source.templates():
        if source.room_of(path) == room:
            found |= dict.fromkeys(of_template(path), source.name(path))
    return found


def catalogs() -> list[Path]:
    """Return the rooms' Vietnamese catalogs."""
    return sorted(source.SERVER.glob("*/locale/vi/LC_MESSAGES/django.po"))


def entries(path: Path) -> Iterator[tuple[str, str, bool]]:
    """Yield msgid, Vietnamese and whether it is unsure; of plurals each form with the one Vietnamese form."""
    for message in pofile.read_po(io.BytesIO(path.read_bytes()), locale="vi"):
        ids = message.id if isinstance(message.id, list | tuple) else [message.id]
        strings = message.string if isinstance(message.string, list | tuple) else [message.string]
        for identity in ids:
            if identity:
                yield identity, strings[0], message.fuzzy


def vietnamese() -> dict[str, str]:
    """Return what each msgid is in Vietnamese."""
    return {words: said for path in catalogs() for words, said, unsure in entries(path) if said and not unsure}


def _is_text(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)
