"""The register of permission codes; each room adds its own when the program starts."""

from collections.abc import Mapping

from django.utils.functional import Promise

_REGISTER: dict[str, str | Promise] = {}


def declare(codes: Mapping[str, str | Promise]) -> None:
    """Add a room's codes, each with a sentence that completes “may …”."""
    _REGISTER.update(codes)


def declared() -> Mapping[str, str | Promise]:
    """Return every code with its sentence."""
    return dict(_REGISTER)


def sentence(code: str) -> str:
    """Return what a code allows, in the language of the moment."""
    return str(_REGISTER.get(code, code))
