"""The pages that say no, each with a reason and a way on."""

from collections.abc import Sequence

from django.core.exceptions import RequestDataTooBig, TooManyFilesSent
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

from loa.kernel.errors import DomainError

_STATUSES = {
    "not_found": 404,
    "denied": 403,
    "only_from_office": 403,
    "only_in_office_hours": 403,
    "fresh_factor_needed": 403,
    "holds_elsewhere": 403,
    "beyond_own": 403,
}
MACHINE_PATHS = ("/device/", "/api/", "/media/")


def answer(
    request: HttpRequest, *, status: int, reason: str = "", code: str = "", ask: Sequence[tuple[str, str]] = ()
) -> HttpResponse:
    """Return the page, or for machines the JSON, of a refusal; `ask` says who could help, by role and unit."""
    if request.path.startswith(MACHINE_PATHS):
        return JsonResponse({"error": code or str(status), "detail": reason}, status=status)
    return render(
        request, f"shell/errors/{status}.html", {"reason": reason, "status": status, "ask": ask}, status=status
    )


def status_of(refusal: DomainError) -> int:
    """Return the HTTP status of a refusal: absent and outside are one, a missing grant is another."""
    return _STATUSES.get(refusal.code, 409)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer what could not be read, or was too large."""
    if isinstance(exception, (RequestDataTooBig, TooManyFilesSent)):
        return answer(request, status=413, code="too_large")
    return answer(request, status=400, code="bad_request")


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer a person who may not do this here."""
    return answer(request, status=403, reason=str(exception or ""), code="denied")


def form_expired(request: HttpRequest, reason: str = "") -> HttpResponse:  # noqa: ARG001  # Django's signature
    """Answer a form without its token: usually a page left open for too long."""
    if request.path.startswith(MACHINE_PATHS):
        return answer(request, status=403, code="form_expired")
    return render(request, "shell/errors/expired.html", {"status": 403}, status=403)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:  # noqa: ARG001  # as above
    """Answer what does not exist, or not for this person."""
    return answer(request, status=404, code="not_found")


def broken(request: HttpRequest) -> HttpResponse:
    """Answer a bug of ours; the page needs no database and no person."""
    if request.path.startswith(MACHINE_PATHS):
        return JsonResponse({"error": "internal", "detail": ""}, status=500)
    return render(None, "shell/errors/500.html", {"status": 500}, status=500)
