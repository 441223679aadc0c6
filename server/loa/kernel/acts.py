"""What an act is called, for people who read the record; rooms name theirs when the program starts."""

from collections.abc import Mapping

from django.utils.functional import Promise

_TITLES: dict[str, str | Promise] = {}


def name(titles: Mapping[str, str | Promise]) -> None:
    """Name acts by their codes, `room.verb`, each with words that complete “to …”. Said again, it holds anew."""
    _TITLES.update(titles)


def title(action: str) -> str:
    """Return what an act is called in the language of the moment; empty when nobody named it."""
    return str(_TITLES.get(action, ""))
