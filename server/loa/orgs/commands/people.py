"""People who come and people who go."""

from datetime import datetime

from loa.accounts import commands as accounts
from loa.accounts import queries as accounting
from loa.accounts.models import User
from loa.kernel.command import command, note
from loa.kernel.scope import Scope
from loa.orgs import granting, ports, queries
from loa.orgs.commands.rights import grant
from loa.orgs.commands.support import end_running
from loa.orgs.models import Unit
from loa.orgs.refusals_rights import NoSuccessor


@command("orgs.administer")
def add_person(scope: Scope, unit: Unit, /, *, username: str, full_name: str, password: str, role: str) -> User:
    """Open an account at a unit with its first role; the password is for one sign-in."""
    user = accounts.create_user(
        scope, username=username, full_name=full_name, password=password, unit_path=unit.path, must_change=True
    )
    grant(scope, unit, user=user, role=role)
    note(user=user.pk)
    return user


@command("orgs.administer", needs_fresh=True)
def leave(scope: Scope, user: User, /, *, hand_to: User | None, now: datetime) -> int:
    """Let a person go in one act: rights, posts, delegations both ways, support and sessions end, the account closes.

    Their open work goes to `hand_to`, or to nobody in particular; returns how much it was. What they are doing at this
    moment is waited for. `OwnRightsGiven`, `HoldsElsewhere` when they have rights out of reach, `NoSuccessor`.
    """
    granting.not_own(scope, user)
    granting.hold(user)
    accounting.held(user.pk, to_change=True)
    granting.demand_reach(scope, user, opens=False)
    if hand_to is not None and not _can_take_over(scope, user, hand_to):
        raise NoSuccessor
    ended = granting.end(queries.unended(at=now).filter(user=user), now=now)
    support = end_running(scope, user, now=now)
    successor = None if hand_to is None else hand_to.pk
    handed = {keeper.name: keeper.hand_on(user.pk, successor, now=now) for keeper in ports.keepers()}
    accounts.deactivate(scope, user)
    note(user=user.pk, hand_to=successor, rights=ended, support=support, handed=handed)
    return sum(handed.values())


def _can_take_over(scope: Scope, user: User, hand_to: User) -> bool:
    is_other = hand_to.pk != user.pk
    return is_other and hand_to.is_active and scope.can("orgs.administer", hand_to.scope_path)
