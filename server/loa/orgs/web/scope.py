"""Builds the scope of a request, once."""

from collections.abc import Callable
from dataclasses import replace

from django.http import HttpRequest, HttpResponse

from loa.accounts import queries as accounts
from loa.accounts.models import User, UserSession
from loa.kernel import clock, permissions
from loa.kernel.origin import address_of
from loa.kernel.scope import Scope, withhold
from loa.orgs import queries


class ScopeMiddleware:
    """Set `request.scope`; a stranger's sees nothing."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer with the scope at hand."""
        origin = address_of(request)
        if isinstance(request.user, User):
            scope = _scope(request, request.user, origin=origin)
        else:
            scope = queries.stranger(origin=origin)
        request.scope = scope  # type: ignore[attr-defined]  # declared by `kernel.pages.DeskRequest`
        return self.get_response(request)


def _scope(request: HttpRequest, user: User, *, origin: str) -> Scope:
    """Return a person's scope: fresh after a second factor, without administrative rights where those do not hold."""
    now = clock.now()
    session: UserSession | None = getattr(request, "user_session", None)
    is_fresh = session is not None and accounts.is_fresh(session, now=now)
    scope = replace(queries.scope_for(user, origin=origin), is_fresh=is_fresh)
    limit = accounts.limit_of(origin, now=now)
    return scope if limit is None else withhold(scope, permissions.administrative(), by=limit)
