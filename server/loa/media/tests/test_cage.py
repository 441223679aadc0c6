import fcntl
import json
import os
import socket
import subprocess
import sys
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from loa.media import children, intake, refusals, store
from loa.media.tests import sounds

CAGED = """
import json, sys
from loa.media.worker.limits import confine
confine(cpu_s=5, memory_bytes=400_000_000, file_bytes=1_000_000)
"""


def caged(code):
    """Run code in the cage and return what it prints."""
    return subprocess.run(
        [sys.executable, "-I", "-c", CAGED + code], capture_output=True, text=True, timeout=60, check=False, env={}
    )


def is_our_worker(process):
    try:
        started_by = (process / "stat").read_text().rpartition(")")[2].split()[1]
        return started_by == str(os.getpid()) and b"loa.media.worker" in (process / "cmdline").read_bytes()
    except (FileNotFoundError, ProcessLookupError):
        return False


def test_the_cage_bounds_memory():
    assert "MemoryError" in caged("x = bytearray(500_000_000)").stderr


def test_the_cage_bounds_files():
    assert "File too large" in caged("import tempfile\nf = tempfile.TemporaryFile()\nf.write(b'x' * 2_000_000)").stderr


def test_the_cage_bounds_cpu_time():
    assert caged("import resource\nresource.setrlimit(resource.RLIMIT_CPU, (1, 1))\nwhile True: pass").returncode < 0


def test_the_cage_has_no_network_where_the_kernel_lets_it_go():
    probe = (
        "import ctypes, sys\nlibc = ctypes.CDLL(None)\n"
        "sys.exit(libc.unshare(0x4000_0000) and libc.unshare(0x5000_0000))"
    )
    is_allowed = subprocess.run([sys.executable, "-c", probe], check=False, timeout=60).returncode == 0
    here = [name for _, name in socket.if_nameindex()]

    told = json.loads(caged("import socket\nprint(json.dumps([name for _, name in socket.if_nameindex()]))").stdout)

    assert told == (["lo"] if is_allowed else here)


def test_the_child_knows_neither_django_nor_our_settings():
    code = (
        "import loa.media.worker.__main__, loa.media.worker.clip, loa.media.worker.espeak, json, sys\n"
        "print(json.dumps([name for name in sys.modules if name.startswith(('django', 'loa.settings', 'psycopg'))]))"
    )
    told = subprocess.run(
        [sys.executable, "-I", "-c", code], capture_output=True, text=True, timeout=60, check=True, env={}
    )

    assert json.loads(told.stdout) == []


def test_a_third_upload_at_once_is_told_to_wait(settings, tmp_path):
    upload = sounds.write(tmp_path / "x.wav", sounds.speechlike(1), container="wav", codec="pcm_s16le")
    places = settings.MEDIA_FOLDER / ".places"
    places.mkdir(parents=True)
    held = [os.open(places / f"take-{number}", os.O_CREAT | os.O_RDWR) for number in range(2)]
    for handle in held:
        fcntl.flock(handle, fcntl.LOCK_EX)
    at_once = replace(intake.BOUNDS, patience=timedelta())

    with pytest.raises(refusals.Busy):
        intake.from_upload(upload, bounds=at_once)
    os.close(held.pop())

    assert intake.from_upload(upload, bounds=at_once).duration_ms
    os.close(held.pop())


@pytest.mark.parametrize(
    "bound",
    [{"memory_bytes": 150_000_000}, {"cpu": timedelta()}, {"wall": timedelta(milliseconds=50)}, {"file_bytes": 1_000}],
)
def test_a_broken_bound_is_a_refusal_and_leaves_neither_file_nor_child(tmp_path, settings, bound):
    upload = sounds.write(tmp_path / "x.wav", sounds.speechlike(20), container="wav", codec="pcm_s16le")

    with pytest.raises(refusals.TooHeavy):
        intake.from_upload(upload, bounds=replace(intake.BOUNDS, **bound))

    assert list(store.verify()) == []
    assert list((settings.MEDIA_FOLDER / ".drafts").iterdir()) == []
    assert not [process for process in Path("/proc").glob("[0-9]*") if is_our_worker(process)]


def test_a_bug_in_the_child_is_logged_and_told_as_a_refusal(caplog, tmp_path):
    with pytest.raises(refusals.VoiceFailed):
        children.run(
            {"task": "speak", "result": str(tmp_path / "x")}, bounds=intake.BOUNDS, overrun=refusals.VoiceFailed
        )

    assert any("KeyError" in str(record.__dict__.get("fault")) for record in caplog.records)
