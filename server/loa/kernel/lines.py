"""Log lines: one event, one line, with its facts behind the sentence as `key=value`."""

import logging
from uuid import UUID

_OWN = frozenset({*vars(logging.LogRecord("", 0, "", 0, "", (), None)), "message", "asctime", "taskName"})
_PLAIN = (str, int, float, UUID)
"""What a fact may be: an object that a library hands along says nothing in a line, or too much."""


class LineFormatter(logging.Formatter):
    """Puts the facts given as `extra` behind the sentence. What a stranger sent cannot end a line or forge one."""

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - the library's name
        """Return the line, without a traceback."""
        facts = [f"{name}={_shown(value)}" for name, value in vars(record).items() if _is_fact(name, value)]
        return " ".join([escaped(super().formatMessage(record)), *facts])


def escaped(words: str) -> str:
    """Return words in which what does not print stands as its number: line ends, turns of direction."""
    return "".join(sign if sign.isprintable() else sign.encode("unicode_escape").decode() for sign in words)


def _is_fact(name: str, value: object) -> bool:
    return name not in _OWN and (value is None or isinstance(value, _PLAIN))


def _shown(value: object) -> str:
    words = str(value)
    if words and not any(sign in ' "=\\' for sign in words):
        return escaped(words)
    quoted = words.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped(quoted)}"'
