"""Builds the scope of a request, once."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from loa.accounts.models import User
from loa.kernel.origin import address_of
from loa.orgs import queries


class ScopeMiddleware:
    """Set `request.scope`; a stranger's sees nothing."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer with the scope at hand."""
        origin = address_of(request)
        if isinstance(request.user, User):
            scope = queries.scope_for(request.user, origin=origin)
        else:
            scope = queries.stranger(origin=origin)
        request.scope = scope  # type: ignore[attr-defined]  # declared by `kernel.pages.DeskRequest`
        return self.get_response(request)
