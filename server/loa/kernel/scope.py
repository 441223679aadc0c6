"""Who asks, and how far they see."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum


class Limit(StrEnum):
    """What may hold administrative rights back."""

    NETWORK = "network"
    HOURS = "hours"


class ActorKind(StrEnum):
    """What kind of being acts."""

    PERSON = "person"
    DEVICE = "device"
    SYSTEM = "system"


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """The being that acts. `id` is a user's, a device's, or the name of a process."""

    kind: ActorKind
    id: str
    name: str = ""

    @property
    def key(self) -> str:
        """Return who it is and stays, whatever they are called: `person:12`."""
        return f"{self.kind.value}:{self.id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """Built once at the edge, passed first to every query and command, never global.

    `grants` maps a permission code to the roots at and below which it holds: unit paths (`26/243/08707`), also those
    under which the units stood before they were reorganised; one thing at a unit (`26/243/08707/@018f…`); a unit
    without what is below it (`26!`); or a unit for one channel only (`26#board`). `is_fresh` says that a second factor
    was shown a moment ago, `support` names the support session in which somebody acts for another. `lent` maps a
    permission to the roots that were delegated, each with the id of the person stood in for. `as_of` is when the rights
    were read; with it a command asks again at the moment of effect.
    """

    actor: Actor
    grants: Mapping[str, frozenset[str]] = field(default_factory=dict)
    everywhere: bool = False
    origin: str = ""
    is_fresh: bool = False
    support: str = ""
    withheld: Mapping[str, frozenset[str]] = field(default_factory=dict)
    withheld_by: Limit | None = None
    """Rights the person has, but not from this network or at this hour; and which of the two holds them back."""
    lent: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    as_of: datetime | None = None
    former: frozenset[str] = frozenset()
    """The roots under which units stood before they were reorganised."""

    def can(self, permission: str, path: str) -> bool:
        """Tell whether the permission holds at the unit with this path."""
        return self.everywhere or any(is_within(path, root) for root in self.grants.get(permission, ()))

    def is_withheld(self, permission: str, path: str = "") -> bool:
        """Tell whether the permission holds at the path, or anywhere, but not from here or not now."""
        roots = self.withheld.get(permission, frozenset())
        return any(is_within(path, root) for root in roots) if path else bool(roots)

    def roots(self, permission: str) -> frozenset[str]:
        """Return the unit paths at and below which the permission holds."""
        return self.grants.get(permission, frozenset())

    def home(self, permission: str) -> str:
        """Return the first unit of today at which the permission holds, without channel; empty when there is none."""
        roots = self.roots(permission)
        first = min(roots - self.former or roots, default="")
        return first.partition("#")[0].removesuffix("!")

    def holds(self, permission: str) -> bool:
        """Tell whether the permission holds anywhere at all."""
        return self.everywhere or bool(self.grants.get(permission))

    def covers(self, permission: str, root: str) -> bool:
        """Tell whether the permission reaches everything that a root reaches: nobody gives more than they have."""
        return self.everywhere or any(is_covered(root, own) for own in self.grants.get(permission, ()))

    def stands_in_for(self, permission: str, path: str) -> str:
        """Return the id of the person for whom this one acts at the path; empty when the right is their own."""
        lent = self.lent.get(permission, {})
        own = self.grants.get(permission, frozenset()) - lent.keys()
        if not lent or any(is_within(path, root) for root in own):
            return ""
        return next((whose for root, whose in sorted(lent.items()) if is_within(path, root)), "")

    def sees(self, path: str) -> bool:
        """Tell whether any permission at all holds at the unit: outside is answered like absent."""
        return self.everywhere or any(is_within(path, root) for roots in self.grants.values() for root in roots)


def is_within(path: str, root: str) -> bool:
    """Tell whether what stands at `path` is `root` or below it, and on its channel when the root names one.

    A root without what is below (`26!`) holds for what stands at the unit itself: its things (`26/@…`), its people.
    """
    place, _, channel = path.partition("#")
    above, _, only = root.partition("#")
    if only and only != channel:
        return False
    if above.endswith("!"):
        unit = above[:-1]
        return place == unit or place.startswith((f"{unit}/@", f"{unit}/~"))
    return place == above or place.startswith(above + "/")


def is_covered(root: str, by: str) -> bool:
    """Tell whether everything that one root reaches is reached by another."""
    place, _, channel = root.partition("#")
    above, _, only = by.partition("#")
    if only and only != channel:
        return False
    if above.endswith("!"):
        return place == above or place.startswith((f"{above[:-1]}/@", f"{above[:-1]}/~"))
    return place.removesuffix("!") == above or place.startswith(above + "/")


def withhold(scope: Scope, permissions: Collection[str], *, by: Limit) -> Scope:
    """Return the scope without these rights, which are kept aside so that a refusal can say why."""
    kept = {code: roots for code, roots in scope.grants.items() if code not in permissions}
    aside = {code: roots for code, roots in scope.grants.items() if code in permissions}
    return replace(scope, grants=kept, withheld=aside, withheld_by=by)


def system(name: str) -> Scope:
    """Return the scope of a process of ours, which sees everything."""
    return Scope(actor=Actor(kind=ActorKind.SYSTEM, id=name, name=name), everywhere=True)
