"""The register of permission codes; each room adds its own when the program starts."""

from collections.abc import Callable, Collection, Mapping

from django.utils.functional import Promise

Namer = Callable[[Collection[str]], Mapping[str, str]]
"""Turns unit paths into names."""

_REGISTER: dict[str, str | Promise] = {}
_ADMINISTRATIVE: set[str] = set()
_FOR_PROGRAMS: set[str] = set()
_namer: list[Namer] = []


class DeclaredTwice(RuntimeError):
    """Two rooms declare one code: a bug."""


class NotDeclared(RuntimeError):
    """A room says something of a code that it does not own: a bug."""


def declare(
    codes: Mapping[str, str | Promise], *, administrative: Collection[str] = (), for_programs: Collection[str] = ()
) -> None:
    """Add a room's codes, each with a sentence that completes “may …”. `administrative` ones may be held back.

    An operator can limit them to networks and hours; see `Scope.withheld`. Codes `for_programs` enter no role.
    """
    strange = {*administrative, *for_programs} - codes.keys()
    if strange:
        raise NotDeclared(sorted(strange))
    _ADMINISTRATIVE.update(administrative)
    _FOR_PROGRAMS.update(for_programs)
    for code, words in codes.items():
        if _REGISTER.setdefault(code, words) is not words:
            raise DeclaredTwice(code)


def administrative() -> frozenset[str]:
    """Return the codes by which others' accounts, rights and units are changed."""
    return frozenset(_ADMINISTRATIVE)


def for_people() -> frozenset[str]:
    """Return the codes that a role may have: not those of programs, nor what everybody may do with their own."""
    return frozenset(_REGISTER) - _FOR_PROGRAMS


def declared() -> Mapping[str, str | Promise]:
    """Return every code with its sentence."""
    return dict(_REGISTER)


def sentence(code: str) -> str:
    """Return what a code allows, in the language of the moment."""
    return str(_REGISTER.get(code, code))


def name_places_with(namer: Namer) -> None:
    """Name the one who turns unit paths into names; the orgs room takes this place."""
    _namer[:] = [namer]


def place_name(path: str) -> str:
    """Return the name of the unit at the path, or of the nearest above, for a sentence; a channel has no name here."""
    place = path.partition("#")[0]
    return place_names([place])[place]


def place_names(paths: Collection[str]) -> Mapping[str, str]:
    """Return the names of the units at these paths, or of the nearest above them."""
    return _namer[0](paths) if _namer else {path: path for path in paths}
