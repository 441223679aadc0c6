"""Icecast beside it: the same sound to as many listeners, as a bare server does it: neither signed nor in step."""

import asyncio
import getpass
import os
import shutil
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Any  # Any: figures are JSON values

from loa.box.bench.house import cpu_seconds, free_port

_KBIT_S = 32
_CONFIG = """
<icecast>
  <limits><clients>{clients}</clients><sources>2</sources><queue-size>524288</queue-size><burst-size>0</burst-size></limits>
  <authentication><source-password>bench</source-password><admin-user>admin</admin-user>
    <admin-password>bench</admin-password></authentication>
  <hostname>127.0.0.1</hostname>
  <listen-socket><port>{port}</port><bind-address>127.0.0.1</bind-address></listen-socket>
  <paths><basedir>{home}</basedir><logdir>{home}</logdir><webroot>{home}</webroot><adminroot>{home}</adminroot></paths>
  <logging><accesslog>-</accesslog><errorlog>error.log</errorlog><loglevel>1</loglevel></logging>
  <security><chroot>0</chroot>{user}</security>
</icecast>
"""


def run(*, listeners: int, seconds: int) -> dict[str, Any]:  # Any: figures
    """Return what Icecast needed; that it is not installed, if so."""
    program = shutil.which("icecast2", path=f"{os.environ.get('PATH', '')}:/usr/bin:/usr/sbin")
    if program is None:
        return {"icecast": "not installed: apt install icecast2"}
    home, port = Path(tempfile.mkdtemp(prefix="loa-icecast-")), free_port()
    home.chmod(0o777)  # it gives up root and still writes its log here
    user = "" if getpass.getuser() != "root" else "<changeowner><user>nobody</user><group>nogroup</group></changeowner>"
    (home / "icecast.xml").write_text(_CONFIG.format(clients=listeners + 100, port=port, home=home, user=user))
    process = subprocess.Popen(
        [program, "-c", str(home / "icecast.xml")], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        return asyncio.run(_measure(process.pid, port, listeners=listeners, seconds=seconds))
    finally:
        process.terminate()
        process.wait(10)
        shutil.rmtree(home, ignore_errors=True)


async def _measure(pid: int, port: int, *, listeners: int, seconds: int) -> dict[str, Any]:  # Any: figures
    await asyncio.sleep(1)
    source = asyncio.create_task(_speak(port, seconds=seconds + 8))
    await asyncio.sleep(1)
    counts = [0] * listeners
    hearing: list[asyncio.Task[None]] = []
    for number in range(listeners):
        hearing.append(asyncio.create_task(_hear(port, counts, number)))
        if number % 200 == 199:
            await asyncio.sleep(0.1)
    await asyncio.sleep(3)
    before, spent, begun = counts[:], cpu_seconds(pid), time.monotonic()
    await asyncio.sleep(seconds)
    took_s = time.monotonic() - begun
    share = 100 * (cpu_seconds(pid) - spent) / took_s
    due = _KBIT_S * 125 * took_s
    shares = [(after - earlier) / due for after, earlier in zip(counts, before, strict=True)]
    for task in (source, *hearing):
        task.cancel()
    await asyncio.gather(source, *hearing, return_exceptions=True)
    return {
        "icecast_cpu_pct": round(share, 1),
        "listeners": sum(count > 0 for count in counts),
        "least_bytes_pct": round(100 * min(shares), 1),
    }


async def _speak(port: int, *, seconds: int) -> None:
    _, writer = await asyncio.open_connection("127.0.0.1", port)
    head = "SOURCE /live HTTP/1.0\r\nAuthorization: Basic c291cmNlOmJlbmNo\r\nContent-Type: audio/mpeg\r\n\r\n"
    writer.write(head.encode())
    begun = time.monotonic()
    for number in range(seconds * 10):
        writer.write(os.urandom(_KBIT_S * 125 // 10))
        await writer.drain()
        await asyncio.sleep(max(0.0, begun + (number + 1) / 10 - time.monotonic()))


async def _hear(port: int, counts: list[int], number: int) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(b"GET /live HTTP/1.0\r\nHost: 127.0.0.1\r\n\r\n")
    while piece := await reader.read(65_536):
        counts[number] += len(piece)
