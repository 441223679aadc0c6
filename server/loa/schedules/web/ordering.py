"""The order of priority items as a form tells it."""

import uuid

from loa.kernel.pages import DeskRequest


def chosen(request: DeskRequest) -> list[uuid.UUID]:
    """Return the items in the order of their numbers; `first` puts one before all others."""
    first = request.POST.get("first", "")
    names = [name for name in request.POST.getlist("slot") if _is_uuid(name)]
    return [uuid.UUID(name) for name in sorted(names, key=lambda name: name != first)]


def _is_uuid(text: str) -> bool:
    try:
        uuid.UUID(text)
    except ValueError:
        return False
    return True
