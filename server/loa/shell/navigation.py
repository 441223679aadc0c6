"""What every page shows around its content: who is here, where they may go, how it looks."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.conf import settings
from django.db import DatabaseError
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from loa.kernel import clock, scoped
from loa.kernel.scope import Scope
from loa.orgs import queries as orgs
from loa.shell import language, theme
from loa.shell.places import GROUPS, PLACES, Group, Place


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """A place as this page shows it."""

    url: str
    label: str | Promise
    icon: str
    is_here: bool
    is_main: bool
    title: str | Promise = ""
    """What the places from here on are about, where that is another thing than before."""
    count: int = 0


THEMES = (("auto", _("As the device")), ("light", _("Light")), ("dark", _("Dark")))


def context(request: HttpRequest) -> Mapping[str, object]:
    """Return what the frame of every page needs; never fails, since error pages use it too."""
    scope: Scope | None = getattr(request, "scope", None)
    return {
        "places": _items(request, scope) if scope is not None else [],
        "posts": [(grant.role.name(), grant.unit.name) for grant in getattr(request, "posts", [])],
        "support": orgs.running_support(scope, at=clock.now()) if scope is not None and scope.support else None,
        "theme": theme.chosen(request).value,
        "themes": THEMES,
        "language": language.chosen(request),
        "languages": settings.LANGUAGES,
    }


def _is_open(scope: Scope, place: Place) -> bool:
    """Tell whether the place has something to show: a right for one device opens no place of units."""
    if not place.permission or scope.everywhere:
        return True
    return any("/@" not in root or place.shows_things for root in scope.roots(place.permission))


def _items(request: HttpRequest, scope: Scope) -> list[Item]:
    items: list[Item] = []
    before = Group.HOME
    places = [place for place in PLACES if _is_open(scope, place)]
    waiting = _waiting(scope, places)
    for place in sorted(places, key=lambda place: list(Group).index(place.group)):
        try:
            url = reverse(place.name)
        except NoReverseMatch:
            continue
        above = (url, *place.rooms)
        here = request.path == url or (place.name != "shell:home" and request.path.startswith(above))
        items.append(
            Item(
                url=url,
                label=place.label,
                icon=place.icon,
                is_here=here,
                is_main=place.is_main,
                title=GROUPS[place.group] if place.group is not before else "",
                count=waiting.get(place.name, 0),
            )
        )
        before = place.group
    return items


def _waiting(scope: Scope, places: Sequence[Place]) -> Mapping[str, int]:
    """Return how many things wait at each place, in one query; none when the database fails: error pages ask too."""
    try:
        return scoped.counts((place.name, rows(scope)) for place in places for rows in place.waiting)
    except DatabaseError:
        return {}
