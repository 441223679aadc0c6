"""Files for our own web server, which sends them by itself: a slow listener holds no thread and no memory."""

import asyncio
from typing import Any  # Any: the server's objects have no types

from loa.media import store
from loa.media.web.files import Answer, Asked, answer
from loa.media.web.wsgi import PREFIX

__all__ = ["PREFIX", "serve"]


async def serve(scope: Any, proto: Any) -> None:
    """Answer a request below `/media/`."""
    sha256, header = scope.path.removeprefix(PREFIX), scope.headers.get
    asked = Asked(
        method=scope.method,
        wanted=header("range") or "",
        if_range=header("if-range") or "",
        if_none_match=header("if-none-match") or "",
    )
    reply: Answer = await asyncio.to_thread(answer, sha256, asked)
    headers = [(name.lower(), value) for name, value in reply.headers.items()]
    if reply.body is None:
        proto.response_empty(reply.status.value, headers)
        return
    start, stop = reply.body.start, reply.body.stop
    reply.body.close()
    proto.response_file_range(reply.status.value, headers, str(store.path(sha256)), start, stop)
