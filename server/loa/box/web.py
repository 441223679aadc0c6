"""The web process: granian with one worker, which ends with its parent."""

import signal
from collections.abc import Callable
from typing import Any  # Any: a WSGI application, as granian hands it on

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from granian import Granian
from granian.constants import Interfaces

from loa.box import bond

THREADS = 8


def run() -> None:
    """Serve pages until told to stop."""
    server = Granian(
        "loa.shell.wsgi:application",
        address=settings.LOA_BIND,
        port=settings.LOA_PORT,
        interface=Interfaces.WSGI,
        workers=1,
        blocking_threads=THREADS,
        backlog=2048,
        respawn_failed_workers=True,
        respawn_interval=0.5,
        workers_kill_timeout=5,
        log_access=False,
    )
    server.serve(target_loader=_load)


def _load(*_target: object, **_options: object) -> Callable[..., Any]:
    bond.end_with_parent(signal.SIGKILL)
    return get_wsgi_application()
