"""The same files through Django, for servers that do not put `wsgi.serve` in front."""

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase

from loa.media.web.files import Asked, answer


def file(request: HttpRequest, sha256: str) -> HttpResponseBase:
    """Answer `GET` or `HEAD` of a digest; who knows the digest may have the file."""
    reply = answer(
        sha256,
        Asked(
            method=request.method or "",
            wanted=request.headers.get("Range", ""),
            if_range=request.headers.get("If-Range", ""),
            if_none_match=request.headers.get("If-None-Match", ""),
        ),
    )
    response: HttpResponseBase
    if reply.body is None:
        response = HttpResponse(status=reply.status)
        del response["Content-Type"]
    else:
        response = StreamingHttpResponse(reply.body, status=reply.status)
    for name, value in reply.headers.items():
        response[name] = value
    return response
