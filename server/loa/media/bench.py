"""How fast files are served: by the shipped nginx configuration and by our own web server, beside each other."""

import hashlib
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any  # Any: a bench's options and figures are JSON

CONFIGURATION = Path(__file__).resolve().parents[3] / "deploy" / "nginx" / "loa.conf"
_RECEIVE_BYTES = 1024 * 1024


class NotServing(RuntimeError):
    """A server of the bench did not start, or answered with something else than the file."""


def run(options: Mapping[str, Any]) -> dict[str, Any]:
    """Return MB/s by Range through each server. Options: `size_mb` (of the file, 32), `total_mb` (read in all, 2048).

    Without nginx on the machine its figure is null and `nginx_missing` says how to get it.
    """
    size_bytes = int(options.get("size_mb") or 32) * 1024 * 1024
    rounds = max(1, int(options.get("total_mb") or 2048) * 1024 * 1024 // size_bytes)
    with tempfile.TemporaryDirectory(prefix="loa-bench-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        digest = _seed(folder / "media", size_bytes)
        with granian(folder) as port:
            own = rate_mb_s(port, digest, rounds=rounds)
        figures: dict[str, Any] = {
            "without_nginx_mb_s": round(own),
            "nginx_mb_s": None,
            "file_bytes": size_bytes,
            "read_bytes": size_bytes * rounds,
            "cores": os.cpu_count(),
        }
        if nginx_program() is None:
            return figures | {"nginx_missing": "apt-get install nginx"}
        with nginx(folder / "media", folder / "nginx") as port:
            return figures | {"nginx_mb_s": round(rate_mb_s(port, digest, rounds=rounds))}


def nginx_program() -> str | None:
    """Return the path of nginx, which Debian keeps out of a user's search path."""
    return shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin:/usr/local/sbin")


@contextmanager
def nginx(media: Path, folder: Path, *, web_port: int = 9) -> Iterator[int]:
    """Run the shipped configuration on a free port, without TLS, until the block ends; yield the port."""
    program = nginx_program()
    if program is None:
        raise NotServing("nginx is not installed")
    folder.mkdir(parents=True)
    port = _free_port()
    (folder / "loa.conf").write_text(_local(CONFIGURATION.read_text(), port=port, media=media, web_port=web_port))
    workplaces = "".join(
        f"{kind}_temp_path {folder}/{kind};" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    (folder / "nginx.conf").write_text(
        f"daemon off; master_process off; pid {folder}/pid; error_log {folder}/error.log; events {{}}"
        f" http {{ access_log off; keepalive_requests 100000; {workplaces} include {folder}/loa.conf; }}"
    )
    with _running([program, "-p", str(folder), "-e", f"{folder}/error.log", "-c", f"{folder}/nginx.conf"], port):
        yield port


@contextmanager
def granian(home: Path) -> Iterator[int]:
    """Run our own web server on the store below `home`, nothing else, until the block ends; yield the port."""
    port = _free_port()
    program = [sys.executable, "-m", "granian", "--interface", "rsgi", "--http", "1", "--port", str(port), "--no-ws"]
    program += ["--log-level", "critical", "loa.media.web.rsgi:serve"]
    with _running(program, port, LOA_HOME=str(home), DJANGO_SETTINGS_MODULE="loa.settings"):
        yield port


def rate_mb_s(port: int, digest: str, *, rounds: int) -> float:
    """Return how many MB a second one client gets by Range over one kept connection."""
    buffer = memoryview(bytearray(_RECEIVE_BYTES))
    request = f"GET /media/{digest} HTTP/1.1\r\nHost: localhost\r\nRange: bytes=0-\r\n\r\n".encode()
    received = 0
    with socket.create_connection(("127.0.0.1", port), timeout=30) as line:
        began = time.perf_counter()
        for _ in range(rounds):
            line.sendall(request)
            head = b""
            while b"\r\n\r\n" not in head:
                part = line.recv(65_536)
                if not part:
                    raise NotServing("the server closed the line")
                head += part
            text, _, rest = head.partition(b"\r\n\r\n")
            length = re.search(rb"(?i)content-length: *(\d+)", text)
            if not text.startswith(b"HTTP/1.1 206") or length is None:
                raise NotServing(text.decode("latin-1").splitlines()[0])
            left = int(length[1]) - len(rest)
            received += int(length[1])
            while left > 0:
                count = line.recv_into(buffer, min(left, _RECEIVE_BYTES))
                if not count:
                    raise NotServing("the server closed the line")
                left -= count
        return received / (time.perf_counter() - began) / 1_000_000


def _seed(media: Path, size_bytes: int) -> str:
    content = b"OggS" + os.urandom(size_bytes - 4)
    digest = hashlib.sha256(content).hexdigest()
    file = media / digest[:2] / digest[2:4] / digest
    file.parent.mkdir(parents=True)
    file.write_bytes(content)
    return digest


def _local(configuration: str, *, port: int, media: Path, web_port: int) -> str:
    """Return the shipped text with its four places adapted: only what a machine without certificates must change."""
    plain = re.sub(r"(?s)server \{\s*listen 80;.*?\n\}\n", "", configuration, count=1)
    plain = re.sub(r"(?m)^\s*ssl_.*$\n?", "", plain)
    plain = plain.replace("listen 443 ssl;", f"listen 127.0.0.1:{port};").replace("/var/lib/loa/media", str(media))
    return plain.replace("server 127.0.0.1:8080;", f"server 127.0.0.1:{web_port};")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def _running(program: list[str], port: int, **environment: str) -> Iterator[None]:
    """Run a program until the block ends; enter once it listens."""
    child = subprocess.Popen(program, env={"PATH": "/usr/bin:/bin", **environment}, stderr=subprocess.PIPE)
    try:
        until = time.monotonic() + 20
        while True:
            with suppress(ConnectionRefusedError), socket.create_connection(("127.0.0.1", port), timeout=1):
                break
            if child.poll() is not None or time.monotonic() > until:
                raise NotServing(f"{program[0]} does not listen")
            time.sleep(0.02)
        yield
    finally:
        child.terminate()
        child.wait(timeout=10)
        if child.stderr is not None:
            child.stderr.close()
