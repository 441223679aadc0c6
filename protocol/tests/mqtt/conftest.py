"""A real Mosquitto for the tests that want one."""

import os
import shutil
import socket
import subprocess
import time

import pytest

PATIENCE_S = 10


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def installed():
    found = shutil.which("mosquitto", path=os.environ["PATH"] + ":/usr/sbin")
    if found is None and os.geteuid() == 0 and shutil.which("apt-get"):
        for step in (["update", "-q"], ["install", "-y", "-q", "--no-install-recommends", "mosquitto"]):
            subprocess.run(["apt-get", *step], check=True, capture_output=True, timeout=300)
        found = shutil.which("mosquitto", path=os.environ["PATH"] + ":/usr/sbin")
    if found is None:
        pytest.fail("This test needs Mosquitto: install it with `apt-get install mosquitto`.", pytrace=False)
    return found


@pytest.fixture(scope="module")
def mosquitto(tmp_path_factory):
    """The port of a broker with a user `device` whose password is `secret`; anonymous callers are refused."""
    program = installed()
    folder = tmp_path_factory.mktemp("mosquitto")
    port = free_port()
    passwords = folder / "passwords"
    subprocess.run(
        ["mosquitto_passwd", "-b", "-c", passwords, "device", "secret"],
        check=True,
        capture_output=True,
        timeout=PATIENCE_S,
    )
    passwords.chmod(0o644)
    configuration = folder / "mosquitto.conf"
    configuration.write_text(
        f"listener {port} 127.0.0.1\npassword_file {passwords}\nallow_anonymous false\nmax_connections -1\n"
        "max_inflight_messages 0\nmax_queued_messages 0\nmax_packet_size 300000\nuser root\nlog_dest stderr\n"
    )
    log = (folder / "log").open("w")
    process = subprocess.Popen([program, "-c", configuration], stderr=log, stdout=log)
    try:
        _await_port(process, port)
        yield port
    finally:
        process.terminate()
        process.wait(PATIENCE_S)
        log.close()


def _await_port(process, port):
    until = time.monotonic() + PATIENCE_S
    while time.monotonic() < until:
        if process.poll() is not None:
            pytest.fail("Mosquitto ended at once.", pytrace=False)
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.02)
    pytest.fail("Mosquitto does not listen.", pytrace=False)
