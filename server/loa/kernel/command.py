"""The one door for writes: checks the right, opens the transaction, keeps the record."""

import functools
import inspect
from collections.abc import Callable, Mapping, Sequence
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any, Concatenate, ParamSpec, Protocol, TypeVar  # Any: an audit entry is JSON

from django.db import transaction

from loa.kernel import events, outbox, permissions
from loa.kernel.errors import (
    Denied,
    DomainError,
    FreshFactorNeeded,
    NotFound,
    OnlyFromOffice,
    OnlyInOfficeHours,
)
from loa.kernel.scope import Limit, Scope

_P = ParamSpec("_P")
_R = TypeVar("_R")


class Placed(Protocol):
    """Anything a command acts on: it stands at a unit and can be named in the record."""

    @property
    def scope_path(self) -> str:
        """The path of the unit it belongs to."""

    @property
    def audit_name(self) -> str:
        """What the record calls it: `bulletin:018f…`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A target that is no row, or not yet: a place and a name for the record."""

    scope_path: str
    audit_name: str


_T = TypeVar("_T", bound=Placed)


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """What was done or refused, as the record shall keep it."""

    scope: Scope
    action: str
    target: Placed
    result: str
    detail: Mapping[str, Any] = field(default_factory=dict)  # Any: JSON


class Auditor(Protocol):
    """What writes the record; the audit room takes this place when the program starts."""

    def begin(self, scope: Scope, action: str) -> None:
        """Tell the present transaction who acts, before the first row changes."""

    def append(self, acts: Sequence[Act]) -> None:
        """Append what was done, in the present transaction."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Spec:
    """What the register knows of a command."""

    permission: str
    function: Callable[..., Any]  # Any: commands differ in shape
    needs_fresh: bool = False
    channel: str = ""


@dataclass(slots=True)
class _Run:
    """A command that runs, and what it has to say for the record."""

    outer: "_Run | None"
    detail: dict[str, Any] = field(default_factory=dict)  # Any: JSON
    acts: list[Act] = field(default_factory=list)
    present: Scope | None = None
    """The rights of who acts, as read again inside the transaction."""


_REGISTER: dict[str, Spec] = {}
_auditor: list[Auditor] = []
_rereader: list[Callable[[Scope], Scope]] = []
_running: ContextVar[_Run | None] = ContextVar("loa_command", default=None)


class DefinedTwice(RuntimeError):
    """Two commands of a room share a name: a bug."""


def audit_with(auditor: Auditor) -> None:
    """Name the one who writes the record."""
    _auditor[:] = [auditor]


def reread_with(rereader: Callable[[Scope], Scope]) -> None:
    """Name the one who reads a person's rights again, and holds them until the transaction ends; room orgs does."""
    _rereader[:] = [rereader]


def registered() -> Mapping[str, Spec]:
    """Return every command by name, `room.verb`."""
    return dict(_REGISTER)


def command(
    permission: str,
    *,
    needs_fresh: bool = False,
    channel: str = "",
) -> Callable[[Callable[Concatenate[Scope, _T, _P], _R]], Callable[Concatenate[Scope, _T, _P], _R]]:
    """Make a function `(scope, target, …)` a command that needs `permission` at the target's unit.

    A target outside the scope raises `NotFound`, as if it were absent; inside without the grant, `Denied`. Both are
    put on record. The function runs in one transaction together with its audit entry and its events. A command called
    by a command is part of the same act: both are recorded when the outer one ends, so that the lock on the record is
    the last one taken. With `needs_fresh` the person has to have shown a second factor a moment ago; with `channel` the
    right is needed for what goes out there. A right that ended since the request began is refused.
    """

    def decorate(function: Callable[Concatenate[Scope, _T, _P], _R]) -> Callable[Concatenate[Scope, _T, _P], _R]:
        room = function.__module__.split(".")[1]
        action = f"{room}.{function.__name__}"

        @functools.wraps(function)
        def run(scope: Scope, target: _T, /, *args: _P.args, **kwargs: _P.kwargs) -> _R:
            outer = _running.get()
            mine = _Run(outer=outer)
            token = _running.set(mine)
            try:
                with transaction.atomic():
                    place = _on_channel(target, channel)
                    check(scope, permission, place)
                    if needs_fresh:
                        demand_fresh(scope)
                    _check_again(mine, scope, permission, place)
                    if whose := scope.stands_in_for(permission, place.scope_path):
                        mine.detail["stands_in_for"] = whose
                    if outer is None:
                        _begin(scope, action)
                    result = function(scope, target, *args, **kwargs)
                    mine.acts.append(Act(scope=scope, action=action, target=target, result="done", detail=mine.detail))
                    _hand_on(mine)
                    if outer is None:
                        _running.set(None)  # what runs right after the commit is no part of this act
            except DomainError as refusal:
                mine.acts[:] = [_refused(scope, action, target, refusal, permission)]
                _hand_on(mine)
                refusal.is_on_record = True
                raise
            finally:
                _running.reset(token)
            return result

        if action in _REGISTER:
            raise DefinedTwice(action)
        _REGISTER[action] = Spec(permission=permission, function=function, needs_fresh=needs_fresh, channel=channel)
        return run

    return decorate


def check(scope: Scope, permission: str, target: Placed) -> None:
    """Raise `NotFound` when the target is outside the scope, `Denied` when inside without the right."""
    path = target.scope_path
    if scope.can(permission, path):
        return
    refuse_withheld(scope, permission, path)
    if scope.sees(path):
        raise Denied(permission=permissions.sentence(permission), place=permissions.place_name(path), path=path)
    raise NotFound


def refuse_withheld(scope: Scope, permission: str, path: str = "") -> None:
    """Raise `OnlyFromOffice` or `OnlyInOfficeHours` when the person has the right, but not from here or not now."""
    if scope.is_withheld(permission, path):
        raise OnlyInOfficeHours if scope.withheld_by is Limit.HOURS else OnlyFromOffice


def demand_fresh(scope: Scope) -> None:
    """Raise `FreshFactorNeeded` unless a second factor was shown a moment ago; processes of ours have none to show."""
    if not (scope.everywhere or scope.is_fresh):
        raise FreshFactorNeeded


def emit(event: events.Event) -> None:
    """Tell what happened; only inside a command."""
    if _running.get() is None:
        raise RuntimeError("emit() belongs inside a command")
    outbox.write(event)


def note(**detail: object) -> None:
    """Add facts to the audit entry of the command that runs: no personal data, no text of citizens."""
    run = _running.get()
    if run is None:
        raise RuntimeError("note() belongs inside a command")
    run.detail.update(detail)


def is_decorated(function: Callable[..., object]) -> bool:
    """Tell whether a function went through `command`."""
    bare = inspect.unwrap(function)
    return bare is not function and any(bare is spec.function for spec in _REGISTER.values())


def _on_channel(target: Placed, channel: str) -> Placed:
    if not channel or "#" in target.scope_path:
        return target
    return Place(scope_path=f"{target.scope_path}#{channel}", audit_name=target.audit_name)


def _check_again(run: _Run, scope: Scope, permission: str, place: Placed) -> None:
    """Refuse what the person could do when the request began and no longer can."""
    if scope.everywhere or scope.as_of is None or not _rereader:
        return
    outer = run.outer.present if run.outer is not None else None
    run.present = outer if outer is not None and outer.actor == scope.actor else _rereader[0](scope)
    check(run.present, permission, place)


def _refused(scope: Scope, action: str, target: Placed, refusal: DomainError, permission: str) -> Act:
    detail = {"permission": permission} if isinstance(refusal, Denied | NotFound) else {}
    return Act(scope=scope, action=action, target=target, result=refusal.code, detail=detail)


def _begin(scope: Scope, action: str) -> None:
    for auditor in _auditor:
        auditor.begin(scope, action)


def _hand_on(run: _Run) -> None:
    """Give what was done to the outer command, or put it on record when there is none."""
    if run.outer is not None:
        run.outer.acts.extend(run.acts)
    elif run.acts:
        with transaction.atomic():
            for auditor in _auditor:
                auditor.append(run.acts)
