"""A small town on real parts: database, Mosquitto, bridge, web and clock, and agents behind lines that can be bad."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

from loa.box.bench.house import free_port
from tests.faults.line import Line

AGENT = [sys.executable, "-c", "from loa_agent.launcher import main; raise SystemExit(main())"]
KEEPALIVE_S = 10
"""So often the broker of the town wants a word, that a dead line is noticed soon; devices themselves offer a minute."""

START_S = 240
"""A town on a machine that does much else is up within this time."""

FAKETIME = Path("/usr/lib") / f"{os.uname().machine}-linux-gnu" / "faketime" / "libfaketimeMT.so.1"

SLEEP = """
import select, time
time.sleep = lambda seconds: select.select([], [], [], max(0.0, seconds))
"""
"""Under libfaketime with a true monotonic clock `time.sleep` fails with EINVAL; waiting for no file does not."""

NOTICED_S = 2.5
"""A process that believes in another time notices within this time that it was set."""


def faked(file, off):
    """Return what makes a process believe in a time that is off (`+365d`, `-1h`); set it anew while it runs."""
    assert FAKETIME.exists(), "this test needs libfaketime: apt install faketime"
    file.write_text(f"{off}\n")
    own = file.with_name(f"{file.name}-python")
    own.mkdir(exist_ok=True)
    (own / "sitecustomize.py").write_text(SLEEP)
    return {
        "PYTHONPATH": os.pathsep.join(filter(None, (str(own), os.environ.get("PYTHONPATH", "")))),
        "LD_PRELOAD": str(FAKETIME),
        "FAKETIME_TIMESTAMP_FILE": str(file),
        "FAKETIME_CACHE_DURATION": "1",
        "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        "DONT_FAKE_MONOTONIC": "1",
    }


def set_clock(file, off):
    """Set the clock of who believes this file; return when it is noticed."""
    whole = file.with_suffix(".whole")
    whole.write_text(f"{off}\n")
    whole.replace(file)  # nobody reads it half written
    time.sleep(NOTICED_S)


class Space:
    """A network namespace with one cable to this machine, on which packets can vanish without a word."""

    def __init__(self):
        self.name, number = f"loa{os.getpid()}", os.getpid() % 250
        self.here, self.there = f"10.213.{number}.1", f"10.213.{number}.2"
        self._cable = f"lv{os.getpid()}"

    def open(self):
        """Make it; return why that is not allowed, empty if it is."""
        if os.geteuid() != 0 or shutil.which("ip") is None:
            return "needs root and iproute2"
        made = [
            ("netns", "add", self.name),
            ("link", "add", self._cable, "type", "veth", "peer", "name", "eth0", "netns", self.name),
            ("addr", "add", f"{self.here}/30", "dev", self._cable),
            ("link", "set", self._cable, "up"),
            ("-n", self.name, "addr", "add", f"{self.there}/30", "dev", "eth0"),
            ("-n", self.name, "link", "set", "lo", "up"),
            ("-n", self.name, "link", "set", "eth0", "up"),
        ]
        for words in made:
            done = _ip(*words)
            if done.returncode != 0:
                self.close()
                return done.stderr.strip()
        return ""

    @property
    def within(self):
        """The words before a command that runs it there."""
        return ["ip", "netns", "exec", self.name]

    def pull(self):
        """Pull the cable: no packet comes through, and nobody is told."""
        assert _ip("link", "set", self._cable, "down").returncode == 0

    def plug(self):
        """Plug it in again."""
        assert _ip("link", "set", self._cable, "up").returncode == 0

    def spoil(self, *how):
        """Let the kernel delay and lose packets; return why it cannot, empty if it does."""
        words = [*self.within, "tc", "qdisc", "replace", "dev", "eth0", "root", "netem", *how]
        done = subprocess.run(words, capture_output=True, text=True, check=False)
        return "" if done.returncode == 0 else f"no netem in this kernel ({done.stderr.strip()})"

    def close(self):
        _ip("link", "del", self._cable)
        _ip("netns", "del", self.name)


def _ip(*words):
    return subprocess.run(["ip", *words], capture_output=True, text=True, check=False)


def means():
    """Return in one sentence by what means lines are made bad here."""
    space = Space()
    why = space.open()
    if why:
        return f"by a proxy; network namespaces are not to be had: {why}"
    try:
        why = space.spoil("delay", "10ms")
        return (
            "in network namespaces, with netem, and by a proxy" if not why else f"in namespaces and by a proxy; {why}"
        )
    finally:
        space.close()


class Town:
    """What stands while the tests of this folder run. `server` is what the processes of the server are told besides."""

    def __init__(self, house, *, server=None):
        self.house = house
        self.desk = house.module("loa.box.bench.agent_desk", env=server)
        self.web_port = int(house.env["LOA_PUBLIC_URL"].rpartition(":")[2])
        self.broker_port = free_port()
        house.broker(self.broker_port, keepalive_s=KEEPALIVE_S)
        house.env["LOA_MQTT_URL"] = f"mqtt://127.0.0.1:{self.broker_port}"
        self.desk.ask(do="begin")
        web = {**(server or {}), "LOA_PORT": str(self.web_port)}
        house.spawn("web", sys.executable, "-m", "loa.cli", "web", env=web)
        self.bridge = house.bridge(0, broker=house.env["LOA_MQTT_URL"], env=server)
        house.spawn("clock", sys.executable, "-m", "loa.cli", "clock", env=server)
        until(lambda: _listens(self.web_port), START_S, "the start of the web")

    def ask(self, **what):
        return self.desk.ask(**what)


class Loudspeaker:
    """One device: enrolled, its lines to broker and web through proxies, an agent that is kept running."""

    def __init__(self, town, folder):
        self.town, self.home = town, folder / "device"
        told = town.ask(do="device")
        self.device, self.clips, self.told = told["device"], set(), {}
        self.broker, self.web = Line(town.broker_port), Line(town.web_port)
        self._enrol(told["code"])
        self.env, self.process = {**town.house.env, "LOA_LANG": "en"}, None
        self.log = (folder / "agent.log").open("ab+")

    def _enrol(self, code):
        words = ["enrol", "--server", self.town.house.env["LOA_PUBLIC_URL"], "--code", code, "--home", str(self.home)]
        env = self.town.house.env
        enrolment = [*AGENT, *words]
        until(
            lambda: subprocess.run(enrolment, env=env, capture_output=True, check=False).returncode == 0,
            60,
            "the enrolment",
        )
        file = self.home / "identity.json"
        identity = json.loads(file.read_text())
        identity["mqtt"] = {"host": "127.0.0.1", "port": self.broker.port, "tls": False}
        identity["media_url"] = f"http://127.0.0.1:{self.web.port}/media"
        file.write_text(json.dumps(identity))

    def names(self, host):
        """Let it look for its broker by a name."""
        file = self.home / "identity.json"
        identity = json.loads(file.read_text())
        identity["mqtt"]["host"] = host
        file.write_text(json.dumps(identity))

    def speaks_from(self, space):
        """Start it in a network namespace, whose cable leads to its lines."""
        file = self.home / "identity.json"
        identity = json.loads(file.read_text())
        identity["mqtt"]["host"] = space.here
        identity["media_url"] = f"http://{space.here}:{self.web.port}/media"
        file.write_text(json.dumps(identity))
        return self.start(before=space.within)

    def start(self, *, before=(), **env):
        self.process = subprocess.Popen(
            [*before, *AGENT, "run", "--home", str(self.home), "--output", "null"],
            env={**self.env, **env}, stderr=self.log, stdout=self.log,
        )  # fmt: skip
        return self

    def kill(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def status(self):
        try:
            return json.loads((self.home / "status.json").read_text())
        except (OSError, ValueError):
            return {}

    def is_connected(self):
        return self.status().get("online_since") is not None

    def air(self, **how):
        told = self.town.ask(do="air", device=self.device, **how)
        self.clips.add(told["clip"])
        return told["airing"]

    def ends(self, airing):
        """Return what it told of an airing but that it has it."""
        return [pair for pair in self.outcomes(airing) if pair[0] != "received"]

    def outcomes(self, airing):
        """Return what was told of an airing, levels left out."""
        told = [(outcome, reason) for outcome, reason, _ in self.town.ask(do="outcome", airing=airing)["outcomes"]]
        self.told[airing] = told
        return told

    def known(self):
        return self.town.ask(do="connected", device=self.device)

    def is_ready(self):
        """Tell whether it knows what is to come and has the sound of all it was asked for."""
        found = {file.name for file in (self.home / "media").glob("*/*")}
        return self.status().get("coming", 0) > 0 and self.clips <= found

    def stall(self):
        """Let its lines carry nothing any more, as if the other end had vanished."""
        self.broker.is_stalled = self.web.is_stalled = True

    def carry(self):
        """Let its lines carry again; what was open is over."""
        self.broker.is_stalled = self.web.is_stalled = False
        self.broker.cut()

    def close(self):
        if self.process is not None and self.process.poll() is None:
            self.kill()
        self.broker.close()
        self.web.close()
        self.log.seek(0)
        sys.stdout.write(f"status {self.status()}, told {self.told}\n")
        sys.stdout.write(self.log.read().decode(errors="replace"))  # shown by pytest where a test failed
        self.log.close()


def _listens(port):
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def until(condition, limit_s, what):
    """Wait for a condition; return how long it took."""
    begun = time.monotonic()
    while time.monotonic() - begun < limit_s:
        if condition():
            return time.monotonic() - begun
        time.sleep(0.1)
    raise AssertionError(f"{what} did not happen within {limit_s} s")
