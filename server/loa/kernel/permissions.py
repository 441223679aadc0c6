"""The register of permission codes; each room adds its own when the program starts."""

from collections.abc import Callable, Mapping

from django.utils.functional import Promise

_REGISTER: dict[str, str | Promise] = {}
_namer: list[Callable[[str], str]] = []


class DeclaredTwice(RuntimeError):
    """Two rooms declare one code: a bug."""


def declare(codes: Mapping[str, str | Promise]) -> None:
    """Add a room's codes, each with a sentence that completes “may …”."""
    for code, words in codes.items():
        if _REGISTER.setdefault(code, words) is not words:
            raise DeclaredTwice(code)


def declared() -> Mapping[str, str | Promise]:
    """Return every code with its sentence."""
    return dict(_REGISTER)


def sentence(code: str) -> str:
    """Return what a code allows, in the language of the moment."""
    return str(_REGISTER.get(code, code))


def name_places_with(namer: Callable[[str], str]) -> None:
    """Name the one who turns a unit's path into its name; the orgs room takes this place."""
    _namer[:] = [namer]


def place_name(path: str) -> str:
    """Return the name of the unit at the path, for a sentence."""
    return _namer[0](path) if _namer else path
