"""What a page of any room may count on in its request."""

from django.http import HttpRequest

from loa.kernel.scope import Scope


class DeskRequest(HttpRequest):
    """A request behind the middlewares: whoever asks has a scope, be it one without grants."""

    scope: Scope
