"""The one door for writes: checks the right, opens the transaction, keeps the record."""

import functools
import inspect
from collections.abc import Callable, Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, Concatenate, ParamSpec, Protocol, TypeVar  # Any: an audit entry is JSON

from django.db import transaction

from loa.kernel import events, outbox, permissions
from loa.kernel.errors import Denied, DomainError, NotFound
from loa.kernel.scope import Scope

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


_T = TypeVar("_T", bound=Placed)


class Auditor(Protocol):
    """What writes the record; the audit room takes this place when the program starts."""

    def __call__(self, scope: Scope, action: str, target: Placed, *, result: str, detail: Mapping[str, Any]) -> None:
        """Append one entry in the present transaction."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Spec:
    """What the register knows of a command."""

    permission: str
    function: Callable[..., Any]  # Any: commands differ in shape


_REGISTER: dict[str, Spec] = {}
_auditor: list[Auditor] = []
_details: ContextVar[dict[str, Any] | None] = ContextVar("loa_command_details", default=None)


def audit_with(auditor: Auditor) -> None:
    """Name the one who writes the record."""
    _auditor[:] = [auditor]


def registered() -> Mapping[str, Spec]:
    """Return every command by name, `room.verb`."""
    return dict(_REGISTER)


def command(
    permission: str,
) -> Callable[[Callable[Concatenate[Scope, _T, _P], _R]], Callable[Concatenate[Scope, _T, _P], _R]]:
    """Make a function `(scope, target, …)` a command that needs `permission` at the target's unit.

    A target outside the scope raises `NotFound`, as if it were absent; inside without the grant, `Denied`. Both are
    put on record. The function runs in one transaction together with its audit entry and its events.
    """

    def decorate(function: Callable[Concatenate[Scope, _T, _P], _R]) -> Callable[Concatenate[Scope, _T, _P], _R]:
        room = function.__module__.split(".")[1]
        action = f"{room}.{function.__name__}"

        @functools.wraps(function)
        def run(scope: Scope, target: _T, /, *args: _P.args, **kwargs: _P.kwargs) -> _R:
            _check(scope, permission, target, action)
            token = _details.set({})
            try:
                with transaction.atomic():
                    result = function(scope, target, *args, **kwargs)
                    _record(scope, action, target, result="done", detail=_details.get() or {})
            except DomainError as refusal:
                _record(scope, action, target, result=refusal.code, detail={})
                raise
            finally:
                _details.reset(token)
            return result

        _REGISTER[action] = Spec(permission=permission, function=function)
        return run

    return decorate


def emit(event: events.Event) -> None:
    """Tell what happened; only inside a command."""
    if _details.get() is None:
        raise RuntimeError("emit() belongs inside a command")
    outbox.write(event)


def note(**detail: object) -> None:
    """Add facts to the audit entry of the command that runs: no personal data, no text of citizens."""
    details = _details.get()
    if details is None:
        raise RuntimeError("note() belongs inside a command")
    details.update(detail)


def is_decorated(function: object) -> bool:
    """Tell whether a function went through `command`."""
    return any(inspect.unwrap(function) is spec.function for spec in _REGISTER.values())  # type: ignore[arg-type]  # any object may be asked about


def _check(scope: Scope, permission: str, target: Placed, action: str) -> None:
    path = target.scope_path
    if scope.can(permission, path):
        return
    refusal: DomainError
    if scope.sees(path):
        refusal = Denied(permission=permissions.sentence(permission), place=path)
    else:
        refusal = NotFound()
    _record(scope, action, target, result=refusal.code, detail={"permission": permission})
    raise refusal


def _record(scope: Scope, action: str, target: Placed, *, result: str, detail: Mapping[str, Any]) -> None:
    for auditor in _auditor:
        with transaction.atomic():
            auditor(scope, action, target, result=result, detail=detail)
