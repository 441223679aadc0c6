"""What every page shows around its content: who is here, where they may go, how it looks."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from django.conf import settings
from django.db import DatabaseError
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise, SimpleLazyObject
from django.utils.translation import gettext_lazy as _

from loa.bulletins import queries as bulletins
from loa.kernel import clock
from loa.kernel.scope import Scope
from loa.orgs import queries as orgs
from loa.schedules import queries as schedules
from loa.shell import language, theme


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A place of the desk. Shown to whoever holds `permission` anywhere; `""` is for everybody."""

    name: str
    label: str | Promise
    icon: str
    permission: str
    is_main: bool = True
    shows_things: bool = False
    rooms: Sequence[str] = ()
    """Other addresses that belong to it: their pages mark it as here."""
    count: Callable[[Scope], int] | None = None
    """How many things wait there for this person."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """A place as this page shows it."""

    url: str
    label: str | Promise
    icon: str
    is_here: bool
    is_main: bool
    count: int = 0


PLACES = (
    Place(name="shell:home", label=_("Home"), icon="home", permission=""),
    Place(
        name="bulletins:list",
        label=_("Bulletins"),
        icon="bulletin",
        permission="bulletins.view",
        rooms=("/desk/pronunciation/",),
    ),
    Place(
        name="inbox:list",
        label=_("Inbox"),
        icon="returned",
        permission="bulletins.view",
        count=lambda scope: bulletins.new_in(scope) + schedules.open_clashes(scope).count(),
    ),
    Place(name="sent:list", label=_("Sent down"), icon="send", permission="bulletins.view", is_main=False),
    Place(
        name="guidance:list",
        label=_("Guidance"),
        icon="shield",
        permission="bulletins.view",
        is_main=False,
        count=bulletins.unread_guidance,
    ),
    Place(name="offers:list", label=_("My offers"), icon="send", permission="bulletins.offer"),
    Place(
        name="offers:newsroom",
        label=_("Offered to us"),
        icon="people",
        permission="bulletins.write",
        is_main=False,
        count=bulletins.offers_waiting,
    ),
    Place(name="library:list", label=_("Share library"), icon="record", permission="bulletins.view", is_main=False),
    Place(
        name="programme:week",
        label=_("Programme"),
        icon="calendar",
        permission="schedules.view",
        count=schedules.entries_waiting,
    ),
    Place(name="dispatch:timeline", label=_("Today"), icon="timeline", permission="dispatch.view"),
    Place(name="live:begin", label=_("Speak live"), icon="mic", permission="schedules.speak", is_main=False),
    Place(
        name="hours:unit",
        label=_("Broadcast hours"),
        icon="wait",
        permission="schedules.view",
        is_main=False,
        rooms=("/desk/ceilings/",),
        count=lambda scope: schedules.proposed_hours(scope).count(),
    ),
    Place(name="dispatch:heard", label=_("Heard by unit"), icon="listen", permission="dispatch.view", is_main=False),
    Place(name="devices:list", label=_("Devices"), icon="speaker", permission="devices.view", shows_things=True),
    Place(name="archive:search", label=_("Archive"), icon="search", permission="bulletins.view", is_main=False),
    Place(name="media:voices", label=_("Voices"), icon="volume", permission="media.choose_voice", is_main=False),
    Place(
        name="media:documents", label=_("Documents"), icon="bulletin", permission="media.view_document", is_main=False
    ),
    Place(name="orgs:units", label=_("Units"), icon="pin", permission="orgs.view", is_main=False),
    Place(
        name="orgs:people",
        label=_("People"),
        icon="people",
        permission="orgs.administer",
        is_main=False,
        rooms=("/desk/roles/", "/desk/agencies/", "/desk/posts/", "/desk/rights/"),
    ),
    Place(
        name="orgs:reorganisations",
        label=_("Changes of units"),
        icon="calendar",
        permission="orgs.reorganise",
        is_main=False,
    ),
    Place(name="orgs:stand_ins", label=_("Standing in"), icon="shield", permission="orgs.delegate", is_main=False),
    Place(name="orgs:support", label=_("Support sessions"), icon="key", permission="orgs.view", is_main=False),
    Place(name="audit:list", label=_("Audit record"), icon="record", permission="audit.view", is_main=False),
)
THEMES = (("auto", _("As the device")), ("light", _("Light")), ("dark", _("Dark")))


def context(request: HttpRequest) -> Mapping[str, object]:
    """Return what the frame of every page needs; never fails, since error pages use it too."""
    scope: Scope | None = getattr(request, "scope", None)
    return {
        "places": _items(request, scope) if scope is not None else [],
        "posts": SimpleLazyObject(lambda: _posts(request)),
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


def _posts(request: HttpRequest) -> list[tuple[str, str]]:
    """Return the roles of whoever is signed in, each with its unit's name."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return []
    return [(role.name(), unit.name) for role, unit in orgs.places_of(user)]


def _items(request: HttpRequest, scope: Scope) -> list[Item]:
    items = []
    for place in PLACES:
        if not _is_open(scope, place):
            continue
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
                count=_count(scope, place),
            )
        )
    return items


def _count(scope: Scope, place: Place) -> int:
    """Return how many things wait at a place; none is told when the database does not answer: error pages ask too."""
    try:
        return place.count(scope) if place.count is not None else 0
    except DatabaseError:
        return 0
