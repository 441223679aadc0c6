"""The edge of every page: strangers are sent to sign in, refusals become pages."""

from collections.abc import Callable
from typing import Any  # Any: Django's view arguments
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse

from loa.kernel.errors import DomainError
from loa.shell import errors

DESK = "/desk/"
OPEN_PATHS = frozenset({"/desk/sign-in/", "/desk/language/", "/desk/theme/"})


class RefusalMiddleware:
    """Close the desk to strangers and turn a `DomainError` into 404, 403 or 409."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer; a bare refusal of the framework gets a page."""
        response = self.get_response(request)
        if response.status_code == 405 and not response.content:
            page = errors.answer(request, status=405, code="method_not_allowed")
            page.headers["Allow"] = response.headers.get("Allow", "")
            return page
        return response

    def process_view(
        self, request: HttpRequest, _view: Callable[..., HttpResponse], _args: Any, _kwargs: Any
    ) -> HttpResponse | None:
        """Send a stranger to the sign-in page, unless the page is open to all."""
        if not request.path.startswith(DESK) or request.path in OPEN_PATHS:
            return None
        user = getattr(request, "user", None)
        if user is not None and user.is_authenticated:
            return None
        if request.headers.get("HX-Request"):
            target = f"{settings.LOGIN_URL}?{urlencode({'next': request.headers.get('HX-Current-URL', DESK)})}"
            return HttpResponse(status=204, headers={"HX-Redirect": target})
        return redirect_to_login(request.get_full_path() if request.method == "GET" else DESK, settings.LOGIN_URL)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Answer a refusal; anything else is a bug and goes on."""
        if not isinstance(exception, DomainError):
            return None
        return errors.answer(request, status=errors.status_of(exception), reason=str(exception), code=exception.code)
