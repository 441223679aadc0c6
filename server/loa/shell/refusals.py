"""The edge of every page: refusals become pages."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from loa.accounts.web import carrying
from loa.kernel.errors import DomainError, FreshFactorNeeded
from loa.shell import errors


class RefusalMiddleware:
    """Turn a `DomainError` into 404, 403 or 409."""

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

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Answer a refusal; anything else is a bug and goes on."""
        if not isinstance(exception, DomainError):
            return None
        if isinstance(exception, FreshFactorNeeded) and request.path.startswith(carrying.PLACE):
            return carrying.lead_to_confirm(request)
        return errors.answer(request, status=errors.status_of(exception), reason=str(exception), code=exception.code)
