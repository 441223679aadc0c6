"""The demonstration on its feet: a box, a simulated fleet, one loudspeaker that can be heard."""

import json
import subprocess
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any  # Any: figures are JSON

from loa.box import up
from loa.box.demo import province
from loa.box.environment import Place
from loa.box.saying import Refused, elapsed_s, plain, step, translated
from loa.box.up import Box

ACCOUNTS = "demo-accounts.txt"
_ENROL_S = 30.0

ROLES: Mapping[str, str] = {
    "officer": translated("officer of the commune: writes and asks for a time"),
    "leader": translated("leader of the commune: listens and approves"),
    "technician": translated("technician of the commune: loudspeakers"),
    "leader (province)": translated("leader of the province: approves the province's bulletins"),
    "editor (province)": translated("editor of the province: writes for every commune"),
    "monitor (province)": translated("monitor of the province: sees everything"),
    "administrator (province)": translated("administrator of the province: people and units"),
}


def stay(place: Place) -> None:
    """Bring the demonstration up and keep it until told to stop."""
    box = up.open_box(replace(place, is_demo=True), may_move=True)
    try:
        if _begin(box):
            _introduce(box)
            box.supervisor.watch()
    finally:
        box.stop()


def once(place: Place) -> dict[str, Any] | None:
    """Bring the demonstration up, air one bulletin, stop, and return the figures; None when told to stop."""
    box = up.open_box(replace(place, is_demo=True), may_move=True)
    try:
        if not _begin(box):
            return None
        setup_s = round(elapsed_s(), 2)
        step("An officer writes; a leader listens and approves; the fleet plays")
        journey = subprocess.Popen(
            up.command_of("journey"), env=dict(box.place.variables), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE
        )
        try:
            if not box.supervisor.watch(until=lambda: journey.poll() is not None):
                return None
            said, _nothing = journey.communicate()
        finally:
            journey.kill()
        if journey.returncode != 0:
            raise Refused("The bulletin could not be aired; the lines above say why.")
        figures = json.loads(said)
    finally:
        box.stop()
    return {**figures, "recording": str(_recording(place)), "setup_s": setup_s}


def _begin(box: Box) -> bool:
    if not up.bring_up(box, prepare_with=["--demo"]):
        return False
    step("The page answers: %(url)s", url=box.place.url)
    place, folder = box.place, _folder(box.place)
    _enrol(place)
    broker = [] if place.mqtt_url else ["--mqtt", f"127.0.0.1:{place.mqtt_port}"]
    identities = str(folder / "identities.jsonl")
    simulator = (up.program_of("loa-sim"), "--devices", str(province.SIMULATED), "--identities", identities,
                 "--server", place.url, "--state", str(folder / "fleet"), *broker)  # fmt: skip
    agent = (up.program_of("loa-agent"), "run", "--home", str(folder / "agent"), "--output", "auto",
             "--wav", str(_recording(place)))  # fmt: skip
    box.supervisor.start(box.part("simulator", *simulator))
    box.supervisor.start(box.part("agent", *agent))
    return True


def _enrol(place: Place) -> None:
    """Let the real agent enrol with its code as any loudspeaker does, once for each code."""
    folder = _folder(place)
    code = json.loads((folder / "agent.json").read_text())["code"]
    used = folder / "agent" / "enrolled-with"
    if used.is_file() and used.read_text() == code:
        return
    program = [up.program_of("loa-agent"), "enrol", "--server", place.url, "--code", code,
               "--home", str(folder / "agent"), *(["--again"] if used.is_file() else [])]  # fmt: skip
    done = subprocess.run(
        program, env=dict(place.variables), capture_output=True, text=True, check=False, timeout=_ENROL_S
    )
    if done.returncode != 0:
        raise Refused("The loudspeaker could not enrol: %(why)s", why=done.stderr.strip())
    used.write_text(code)


def _introduce(box: Box) -> None:
    step("Loa is ready: %(url)s", url=box.place.url)
    plain()
    plain("Sign in at %(url)s/desk/ with one of these accounts (kept in %(file)s):", url=box.place.url,
          file=box.place.home / ACCOUNTS)  # fmt: skip
    for line in (box.place.home / ACCOUNTS).read_text().splitlines():
        name, password, role, *_code = line.split("\t")
        plain("    %(name)-12s %(password)-16s %(role)s", name=name, password=password, role=ROLES[role])
    plain("Whoever decides or controls also needs a code. Here the page shows it, in earnest the person's phone does.")
    plain("What the loudspeaker plays is in %(file)s. Stop with Ctrl-C.", file=_recording(box.place))


def _folder(place: Place) -> Path:
    return place.home / "demo"


def _recording(place: Place) -> Path:
    return _folder(place) / "loudspeaker.wav"
