"""One demonstration for all journeys: started once, on ports and in a folder of its own."""

import json
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
import pytest
from playwright.sync_api import expect, sync_playwright

from loa.box import doors
from loa.box.postgres import Cluster
from tests.journeys import radio, three_agents

READY_S = 110
SLOW_3G = {"offline": False, "latency": 400, "downloadThroughput": 50_000, "uploadThroughput": 50_000}
"""400 kb/s each way, as bytes a second, and 400 ms a round trip."""


@dataclass
class Box:
    home: Path
    port: int
    mqtt_port: int
    process: subprocess.Popen = None
    said: list[str] = field(default_factory=list)

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}"

    @property
    def cluster(self):
        return Cluster(self.home / "postgres")

    @property
    def environment(self):
        plain = {name: value for name, value in os.environ.items() if not name.startswith(("LOA_", "LC_", "DJANGO_"))}
        own = {"LOA_HOME": self.home, "LOA_PORT": self.port, "LOA_MQTT_PORT": self.mqtt_port, "LANG": "en_US.UTF-8"}
        own["LOA_CLASH_LEAD_S"] = 10  # a journey does not wait five minutes for a decision to be late
        own |= {"LOA_STREAM_HOSTS": "127.0.0.1", "LOA_STREAM_NETWORKS": "127.0.0.0/8"}  # stations of the tests
        return plain | {name: str(value) for name, value in own.items()}

    @property
    def accounts(self):
        lines = (self.home / "demo-accounts.txt").read_text().splitlines()
        return dict(line.split("\t")[:2] for line in lines)

    def command(self, *words):
        return [sys.executable, "-m", "loa.cli", *words]

    def start(self):
        self.process = subprocess.Popen(
            self.command("demo"), env=self.environment, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE, text=True,
        )  # fmt: skip
        self.said = []
        threading.Thread(target=_listen, args=(self.process.stderr, self.said), daemon=True).start()
        self.until(
            lambda: any("Loa is ready" in line for line in self.said) or self.process.poll() is not None, READY_S
        )
        assert self.process.poll() is None, "".join(self.said)
        self.until(lambda: self.scalar("SELECT count(*) FROM devices_device WHERE connected") == 301, READY_S)

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(60)

    def pid(self, name):
        """Return the process id of a part of the box."""
        if name == "postgres":
            return self.cluster.running_pid()
        return int((self.home / "run" / f"{name}.pid").read_text())

    def rows(self, query, *values):
        with psycopg.connect(self.cluster.url, autocommit=True) as connection:
            return connection.execute(query, values).fetchall()

    def scalar(self, query, *values):
        return self.rows(query, *values)[0][0]

    def until(self, condition, limit_s=60.0):
        """Wait for a condition; a database that is away for a moment does not count as an answer."""
        deadline = time.monotonic() + limit_s
        while time.monotonic() < deadline:
            try:
                if answer := condition():
                    return answer
            except psycopg.OperationalError:
                pass
            time.sleep(0.05)
        raise AssertionError("".join(self.said[-20:]) + self.last_words())

    def show_second_factor(self, page, name):
        """Type the code that the demonstration shows on its second step, where this person has to take it."""
        page.wait_for_url(lambda url: not url.endswith("/sign-in/"))
        if "/sign-in/second/" not in page.url:
            return
        used = "SELECT last_step FROM accounts_totp JOIN accounts_user ON id = user_id WHERE username = %s"
        self.until(lambda: self.scalar(used, name) <= time.time() // 30)
        page.reload()
        page.fill("input[name=code]", page.locator(".demo-code strong").inner_text())
        page.click("form.card button")

    def last_words(self):
        logs = sorted((self.home / "log").glob("*.log"))
        return "".join(f"\n== {log.name}\n{log.read_text(errors='replace')[-1500:]}" for log in logs)

    def ask(self, code, **facts):
        """Run a piece of Python with the rooms loaded, as an operator's shell would; return its JSON answer."""
        head = "import json, sys\nfrom loa.cli import rooms\nrooms.load()\nfacts = json.loads(sys.argv[1])\n"
        done = subprocess.run(
            [sys.executable, "-c", head + code, json.dumps(facts)],
            env=self.environment, capture_output=True, text=True, check=False, timeout=100,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout or "null")


def _listen(stream, said):
    with stream:
        for line in stream:
            said.append(line)


@pytest.fixture(scope="session")
def box():
    folder = Path(tempfile.mkdtemp(prefix="loa-journey-"))
    folder.chmod(0o755)
    # Far from where another run on this machine would look first, and below the ports the system gives away itself
    first = random.randrange(20_000, 31_000)
    made = Box(folder / "var", doors.next_free(first), doors.next_free(first + 1_000))
    made.start()
    yield made
    code = made.stop()
    left = _left_running(made.home)
    log = made.last_words()
    shutil.rmtree(folder, ignore_errors=True)
    shutil.rmtree(made.cluster.socket, ignore_errors=True)
    assert code == 0
    assert left == [], log


@pytest.fixture(scope="module")
def browser():
    """One for a file: a Playwright left open would stand in the way of every later test that asks the database."""
    with sync_playwright() as playwright:
        flags = ["--no-sandbox"] if os.geteuid() == 0 else []
        started = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=flags)
        yield started
        started.close()


@pytest.fixture
def person(box, browser):
    """Return what signs somebody in on a page of its own: how wide, with scripts or without, how slow the line."""
    contexts = []

    def sign_in(name, width, *, password=None, has_scripts=True, is_slow=False):
        context = browser.new_context(
            viewport={"width": width, "height": 844}, locale="vi-VN", base_url=box.url, java_script_enabled=has_scripts
        )
        contexts.append(context)
        page = context.new_page()
        if is_slow:
            line = context.new_cdp_session(page)
            line.send("Network.enable")
            line.send("Network.emulateNetworkConditions", SLOW_3G)
        page.on("pageerror", lambda error: pytest.fail(f"script error on {page.url}: {error}"))
        page.goto("/desk/")
        page.fill("input[name=username]", name)
        page.fill("input[name=password]", password or box.accounts[name])
        page.click("form.card button")
        box.show_second_factor(page, name)
        expect(page).not_to_have_url("**/sign-in/**")
        return page

    yield sign_in
    for context in contexts:
        context.close()


@pytest.fixture(scope="session")
def picture():
    """Return what keeps a picture for the documents where `PICTURES_FOLDER` says so; elsewhere it keeps none."""
    folder = os.environ.get("PICTURES_FOLDER")

    def keep(page, name):
        if folder is None:
            return
        page.emulate_media(color_scheme="dark" if name.endswith("-dark") else "light", reduced_motion="reduce")
        page.screenshot(path=Path(folder) / f"{name}.png")
        page.emulate_media(color_scheme="light")

    return keep


def _left_running(home):
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            environment = (entry / "environ").read_bytes()
            command = (entry / "cmdline").read_bytes()
        except OSError:
            continue
        if f"LOA_HOME={home}".encode() in environment.split(b"\0") or str(home).encode() in command:
            found.append(re.sub(rb"\0", b" ", command).decode())
    return found


@pytest.fixture(scope="module")
def agents(box, tmp_path_factory):
    """Three agents, one in each hamlet, each with a folder of what it played."""
    with three_agents.running(box, tmp_path_factory.mktemp("agents")) as facts:
        yield facts


@pytest.fixture
def icecast(box):
    made = radio.Icecast()
    box.until(lambda: radio.answers(made.port), 15)
    yield made
    made.close()
