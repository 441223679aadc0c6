"""The places of the desk, by what they are about: what the menu holds."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any  # Any: rows of several rooms

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from loa.bulletins import queries as bulletins
from loa.dispatch import queries as dispatching
from loa.kernel.scope import Scope
from loa.kernel.scoped import ScopedQuerySet
from loa.schedules import queries as schedules


class Group(StrEnum):
    """What places of the desk are about, in the order of the menu."""

    HOME = "home"
    WORDS = "words"
    AIR = "air"
    FIELD = "field"
    HOUSE = "house"


GROUPS: Mapping[Group, str | Promise] = {
    Group.HOME: "",
    Group.WORDS: _("Writing"),
    Group.AIR: _("Programme and sound"),
    Group.FIELD: _("Equipment"),
    Group.HOUSE: _("Units and people"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A place of the desk. Shown to whoever holds `permission` anywhere; `""` is for everybody."""

    name: str
    label: str | Promise
    icon: str
    permission: str
    group: Group = Group.HOUSE
    is_main: bool = True
    shows_things: bool = False
    rooms: Sequence[str] = ()
    """Other addresses that belong to it: their pages mark it as here."""
    waiting: Sequence[Callable[[Scope], ScopedQuerySet[Any]]] = ()
    """What waits there for this person: the menu says how many."""


PLACES = (
    Place(name="shell:home", group=Group.HOME, label=_("Home"), icon="home", permission=""),
    Place(
        name="shell:overview_top",
        group=Group.HOME,
        label=_("Overview"),
        icon="board",
        permission="dispatch.view",
        is_main=False,
    ),
    Place(
        name="bulletins:list",
        group=Group.WORDS,
        label=_("Bulletins"),
        icon="bulletin",
        permission="bulletins.view",
        rooms=("/desk/pronunciation/",),
    ),
    Place(
        name="inbox:list",
        group=Group.WORDS,
        label=_("Inbox"),
        icon="returned",
        permission="bulletins.view",
        waiting=(bulletins.new_in, schedules.open_clashes),
    ),
    Place(
        name="sent:list",
        group=Group.WORDS,
        label=_("Sent down"),
        icon="send",
        permission="bulletins.view",
        is_main=False,
    ),
    Place(
        name="guidance:list",
        group=Group.WORDS,
        label=_("Guidance"),
        icon="shield",
        permission="bulletins.view",
        is_main=False,
        waiting=(bulletins.unread_guidance,),
    ),
    Place(name="offers:list", group=Group.WORDS, label=_("My offers"), icon="send", permission="bulletins.offer"),
    Place(
        name="offers:newsroom",
        group=Group.WORDS,
        label=_("Offered to us"),
        icon="people",
        permission="bulletins.write",
        is_main=False,
        waiting=(bulletins.offers_waiting,),
    ),
    Place(
        name="library:list",
        group=Group.WORDS,
        label=_("Share library"),
        icon="record",
        permission="bulletins.view",
        is_main=False,
    ),
    Place(
        name="programme:week",
        group=Group.AIR,
        label=_("Programme"),
        icon="calendar",
        permission="schedules.view",
        waiting=(schedules.entries_waiting,),
    ),
    Place(name="dispatch:timeline", group=Group.AIR, label=_("Today"), icon="timeline", permission="dispatch.view"),
    Place(
        name="live:begin",
        group=Group.AIR,
        label=_("Speak live"),
        icon="mic",
        permission="schedules.speak",
        is_main=False,
    ),
    Place(
        name="hours:unit",
        group=Group.AIR,
        label=_("Broadcast hours"),
        icon="wait",
        permission="schedules.view",
        is_main=False,
        rooms=("/desk/ceilings/",),
        waiting=(schedules.proposed_hours, dispatching.ceilings_to_end),
    ),
    Place(
        name="dispatch:heard",
        group=Group.AIR,
        label=_("Heard by unit"),
        icon="listen",
        permission="dispatch.view",
        is_main=False,
    ),
    Place(
        name="devices:list",
        group=Group.FIELD,
        label=_("Devices"),
        icon="speaker",
        permission="devices.view",
        shows_things=True,
    ),
    Place(
        name="archive:search",
        group=Group.WORDS,
        label=_("Archive"),
        icon="search",
        permission="bulletins.view",
        is_main=False,
    ),
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
