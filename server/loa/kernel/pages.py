"""What a page of any room may count on in its request, and how it asks for a right."""

import functools
from collections.abc import Callable
from typing import Concatenate, ParamSpec

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from loa.kernel import permissions
from loa.kernel.command import refuse_withheld
from loa.kernel.errors import Denied
from loa.kernel.scope import Scope

_P = ParamSpec("_P")


class DeskRequest(HttpRequest):
    """A request behind the middlewares: whoever asks has a scope, be it one without grants."""

    scope: Scope


def needs(
    permission: str,
) -> Callable[
    [Callable[Concatenate[DeskRequest, _P], HttpResponse]], Callable[Concatenate[DeskRequest, _P], HttpResponse]
]:
    """Refuse a page to whoever holds the right nowhere; where they hold it, the page's own query decides."""

    def decorate(
        view: Callable[Concatenate[DeskRequest, _P], HttpResponse],
    ) -> Callable[Concatenate[DeskRequest, _P], HttpResponse]:
        @functools.wraps(view)
        def run(request: DeskRequest, /, *args: _P.args, **kwargs: _P.kwargs) -> HttpResponse:
            if not request.scope.holds(permission):
                refuse_withheld(request.scope, permission)
                raise Denied(permission=permissions.sentence(permission), place=_("any unit"))
            return view(request, *args, **kwargs)

        return run

    return decorate


def demand(scope: Scope, permission: str, *, path: str, place: str) -> None:
    """Refuse what the person sees but may not do there, before a form is shown."""
    if not scope.can(permission, path):
        refuse_withheld(scope, permission, path)
        raise Denied(permission=permissions.sentence(permission), place=place, path=path)
