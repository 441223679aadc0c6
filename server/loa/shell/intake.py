"""How much a request may bring along: little, and a recording only from who has signed in, on the pages for it."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import Resolver404, resolve

from loa.accounts import queries as accounts
from loa.kernel import clock
from loa.shell import errors

UPLOAD_PAGES = frozenset(
    {
        "bulletins:write",
        "bulletins:edit",
        "bulletins:studio",
        "bulletins:tunes",
        "bulletins:import_text",
        "archive:bring",
        "devices:field",
        "devices:release_take",
        "devices:ticket_close",
        "media:add",
        "media:add_voice",
    }
)
"""The pages with a field for files."""


def most_bytes(path: str, *, session_key: str) -> int:
    """Return how large the body of a request to this address may be. Asks the database on pages with a file field."""
    if not is_upload_page(path) or not session_key:
        return settings.DATA_UPLOAD_MAX_MEMORY_SIZE
    if accounts.living_session(session_key, now=clock.now()) is None:
        return settings.DATA_UPLOAD_MAX_MEMORY_SIZE
    return settings.UPLOAD_BODY_MAX_BYTES


def is_upload_page(path: str) -> bool:
    """Tell whether the page at this address takes files."""
    try:
        return resolve(path).view_name in UPLOAD_PAGES
    except Resolver404:
        return False


class IntakeMiddleware:
    """Refuse a body that is too large by what it declares, before anything reads it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer 413, or 404 to an address with a sign no name of ours has, or go on."""
        if "\0" in request.path_info:
            return errors.answer(request, status=404, code="not_found")
        declared = str(request.META.get("CONTENT_LENGTH") or "0")
        size_bytes = int(declared) if declared.isdecimal() else 0
        if size_bytes <= settings.DATA_UPLOAD_MAX_MEMORY_SIZE:
            return self.get_response(request)
        session_key = request.COOKIES.get(settings.SESSION_COOKIE_NAME, "")
        if size_bytes <= most_bytes(request.path_info, session_key=session_key):
            return self.get_response(request)
        return errors.answer(request, status=413, code="too_large")
