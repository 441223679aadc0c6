"""Files straight from the store, in front of Django: no session, no middleware, no template stands in their way."""

from collections.abc import Callable, Iterable
from typing import Any  # Any: the WSGI environment

from loa.media.web.files import Asked, answer

PREFIX = "/media/"

StartResponse = Callable[..., Any]  # Any: PEP 3333 leaves its result to the server
Application = Callable[[dict[str, Any], StartResponse], Iterable[bytes]]


def serve(environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
    """Answer a request below `/media/`, as a WSGI application does."""
    reply = answer(
        str(environ.get("PATH_INFO", "")).removeprefix(PREFIX),
        Asked(
            method=str(environ.get("REQUEST_METHOD", "")),
            wanted=str(environ.get("HTTP_RANGE", "")),
            if_range=str(environ.get("HTTP_IF_RANGE", "")),
            if_none_match=str(environ.get("HTTP_IF_NONE_MATCH", "")),
        ),
    )
    start_response(f"{reply.status.value} {reply.status.phrase}", list(reply.headers.items()))
    return reply.body if reply.body is not None else []


def before(application: Application) -> Application:
    """Return an application that serves `/media/` itself and leaves the rest to the one given."""

    def run(environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        if str(environ.get("PATH_INFO", "")).startswith(PREFIX):
            return serve(environ, start_response)
        return application(environ, start_response)

    return run
