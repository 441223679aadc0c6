"""What every answer tells the browser, besides what Django's own middlewares tell."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse


class HeaderMiddleware:
    """Names what of the device a page may use, and forbids other sites to embed an answer."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self._permissions = ", ".join(f"{name}={who}" for name, who in settings.PERMISSIONS_POLICY.items())

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer, with the headers."""
        response = self.get_response(request)
        response.headers.setdefault("Permissions-Policy", self._permissions)
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        return response
