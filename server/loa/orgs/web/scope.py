"""Builds the scope of a request, once."""

from collections.abc import Callable
from datetime import datetime

from django.http import HttpRequest, HttpResponse

from loa.accounts import queries as accounts
from loa.accounts.models import User, UserSession
from loa.kernel import clock, permissions
from loa.kernel.origin import address_of
from loa.kernel.scope import Scope, withhold
from loa.orgs import queries
from loa.orgs.models import Grant


class ScopeMiddleware:
    """Set `request.scope`, and `request.posts`: the grants behind it; a stranger sees nothing."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer with the scope at hand."""
        origin = address_of(request)
        held: list[Grant] = []
        scope = queries.stranger(origin=origin)
        if isinstance(request.user, User):
            now = clock.now()
            held = queries.held_by(request.user, at=now)
            scope = _scope(request, request.user, held, origin=origin, now=now)
        request.scope = scope  # type: ignore[attr-defined]  # declared by `kernel.pages.DeskRequest`
        request.posts = held  # type: ignore[attr-defined]  # for the frame of the page
        return self.get_response(request)


def _scope(request: HttpRequest, user: User, held: list[Grant], *, origin: str, now: datetime) -> Scope:
    """Return a person's scope: fresh after a second factor, without administrative rights where those do not hold."""
    session: UserSession | None = getattr(request, "user_session", None)
    is_fresh = session is not None and accounts.is_fresh(session, now=now)
    scope = queries.scope_by(held, user, origin=origin, is_fresh=is_fresh, at=now)
    limit = accounts.limit_of(origin, now=now)
    return scope if limit is None else withhold(scope, permissions.administrative(), by=limit)
