"""The edge of every page: refusals become pages."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from loa.accounts.web import carrying
from loa.kernel import clock
from loa.kernel.errors import Denied, DomainError, FreshFactorNeeded
from loa.orgs import queries as orgs
from loa.shell import errors, refused

ASKED_MOST = 3


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
        refused.note(request, exception, now=clock.now())
        return errors.answer(
            request,
            status=errors.status_of(exception),
            reason=str(exception),
            code=exception.code,
            ask=_whom_to_ask(exception),
        )


def _whom_to_ask(refusal: DomainError) -> list[tuple[str, str]]:
    """Return who at this unit or above can give the missing right: as what and where, never a name."""
    path = refusal.facts.get("path")
    if not isinstance(refusal, Denied) or not isinstance(path, str):
        return []
    return orgs.administrators_over(path, at=clock.now())[:ASKED_MOST]
