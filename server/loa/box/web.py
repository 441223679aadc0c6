"""The web process: granian with one worker, which ends with its parent."""

import resource
import signal
from collections.abc import Callable
from typing import Any  # Any: an RSGI application, as granian hands it on

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from granian import Granian
from granian.constants import HTTPModes, Interfaces
from granian.http import HTTP1Settings

from loa.box import bond
from loa.shell.rsgi import Door

CONNECTIONS = 4096
HEAD_MS = 10_000
HEAD_MOST_BYTES = 64 * 1024


def run() -> None:
    """Serve pages until told to stop."""
    _allow_files(CONNECTIONS + 1024)
    server = Granian(
        "loa.shell.rsgi:Door",
        address=settings.LOA_BIND,
        port=settings.LOA_PORT,
        interface=Interfaces.RSGI,
        # One protocol, so that the time for a head also bounds a client that has not said which it speaks
        http=HTTPModes.http1,
        http1_settings=HTTP1Settings(header_read_timeout=HEAD_MS, max_buffer_size=HEAD_MOST_BYTES),
        websockets=False,
        workers=1,
        backlog=2048,
        backpressure=CONNECTIONS,
        respawn_failed_workers=True,
        respawn_interval=0.5,
        workers_kill_timeout=5,
        log_access=False,
    )
    server.serve(target_loader=_load)


def _load(*_target: object, **_options: object) -> Callable[..., Any]:
    bond.end_with_parent(signal.SIGKILL)
    return Door(get_wsgi_application()).answer


def _allow_files(wanted: int) -> None:
    """Let a connection each be open, as far as the system allows."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
    if soft != resource.RLIM_INFINITY and soft < most:
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))
