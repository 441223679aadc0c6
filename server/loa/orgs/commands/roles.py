"""Making roles of one's own: sets of rights that can be given at a unit and below it."""

import re
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime

from django.conf import settings
from django.db import IntegrityError, transaction

from loa.kernel import permissions, text
from loa.kernel.command import command, note
from loa.kernel.scope import Scope
from loa.orgs import granting, queries, rules
from loa.orgs.models import Level, Post, Role, Unit
from loa.orgs.refusals_rights import BadRole, OwnRightsGiven, RoleHeld, RoleRetired, RoleTaken, StandardRole, TwoDuties

_PLAIN = re.compile(r"[a-z][a-z0-9_]{1,31}")
NAME_LONGEST = 80
TOLD_LONGEST = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleWords:
    """What a role is called and told to be for, and what it brings. `levels` empty is every level."""

    name_vi: str
    name_en: str
    told_vi: str = ""
    told_en: str = ""
    permissions: Collection[str] = field(default_factory=frozenset)
    levels: Collection[str] = field(default_factory=tuple)


@command("orgs.define_roles", needs_fresh=True)
def define_role(scope: Scope, unit: Unit, /, *, code: str, words: RoleWords) -> Role:
    """Make a role that can be given at this unit and below.

    `BadRole`, `RoleTaken`, `TwoDuties` when it would write and approve; `BeyondOwn`, `BeyondReach` for a right over
    people and units that who makes it does not have there.
    """
    plain = code.strip().lower()
    role = Role(code=plain, unit=unit)
    if _PLAIN.fullmatch(plain) is None:
        raise BadRole
    _fill(scope, role, words)
    try:
        with transaction.atomic():
            role.save(force_insert=True)
    except IntegrityError as taken:
        raise RoleTaken(code=plain) from taken
    note(role=plain, permissions=sorted(role.permissions), levels=sorted(role.levels))
    return role


@command("orgs.define_roles", needs_fresh=True)
def change_role(scope: Scope, role: Role, /, *, words: RoleWords, now: datetime) -> Role:
    """Change a role: whoever has it can do from the next act on what it brings then.

    `StandardRole`, `RoleRetired`, `OwnRightsGiven` for a role one has oneself, and as for `define_role`.
    """
    held = _hold(role)
    if held.retired_at is not None:
        raise RoleRetired(role=held.name())
    if queries.unended(at=now).filter(role=held, user_id=_person(scope)).exists():
        raise OwnRightsGiven
    before = set(held.permissions)
    _fill(scope, held, words)
    if not settings.LOA_TWO_DUTIES:
        _apart(held, now=now)
    held.save()
    note(role=held.code, given=sorted(set(held.permissions) - before), taken=sorted(before - set(held.permissions)))
    return held


@command("orgs.define_roles", needs_fresh=True)
def retire_role(scope: Scope, role: Role, /, *, now: datetime) -> None:
    """Give a role to nobody any more. `StandardRole`, `RoleRetired`; `RoleHeld` while people or posts have it."""
    held = _hold(role)
    if held.retired_at is not None:
        raise RoleRetired(role=held.name())
    posts = Post.objects.unscoped("a role's posts anywhere count").filter(role=held, closed_on=None)
    if queries.unended(at=now).filter(role=held).exists() or posts.exists():
        raise RoleHeld
    held.retired_at = now
    held.save(update_fields=["retired_at"])
    note(role=held.code)


def _hold(role: Role) -> Role:
    held: Role = Role.objects.unscoped("the command asked").select_for_update(of=("self",)).get(pk=role.pk)
    if held.is_standard:
        raise StandardRole
    return held


def _fill(scope: Scope, role: Role, words: RoleWords) -> None:
    if role.unit is None:
        raise StandardRole
    role.name_vi, role.name_en = text.stored(words.name_vi).strip(), text.stored(words.name_en).strip()
    role.told_vi, role.told_en = text.stored(words.told_vi).strip(), text.stored(words.told_en).strip()
    wanted, levels = set(words.permissions), set(words.levels)
    known = set(Level.objects.values_list("code", flat=True))
    named = all(0 < len(name) <= NAME_LONGEST for name in (role.name_vi, role.name_en))
    told = all(len(line) <= TOLD_LONGEST for line in (role.told_vi, role.told_en))
    if not (named and told and wanted) or not wanted <= permissions.for_people() or not levels <= known:
        raise BadRole
    if not settings.LOA_TWO_DUTIES and not rules.parted(wanted):
        raise TwoDuties(place=role.unit.name)
    role.permissions, role.levels = sorted(wanted), sorted(levels)
    granting.within_reach(scope, role, role.unit.path)


def _apart(role: Role, *, now: datetime) -> None:
    """Raise `TwoDuties` when somebody who has the role would then write and approve at one place."""
    for held in queries.unended(at=now).filter(role=role).select_related("user", "unit").order_by("pk"):
        granting.apart(held.user, role, granting.reach_of(held))


def _person(scope: Scope) -> int:
    """Return who asks; a process has no rights of its own, and no account has this number."""
    return int(scope.actor.id) if scope.actor.id.isdecimal() else 0
