"""How long signing in takes: a real form sent to a running web process, beside the bare check of a password."""

import http.client
import json
import os
import re
import statistics
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any  # Any: figures are JSON
from urllib.parse import urlencode

from loa.box.bench.house import House, await_port, free_port, open_house

SIGN_INS, AT_ONCE = 200, 2
BUDGET_MS = 300
_FORM = "/desk/sign-in/"


def run(options: Mapping[str, str]) -> dict[str, Any]:
    """Return p50 and p95 of the form's answer in ms. Options: `signins` (200), `at_once` (2: an office at eight).

    Each sign-in fetches the page, sends the form with a right password and ends in a session. `argon2_ms_*` is the bare
    verification in the same run, one after another.
    """
    wanted, at_once = int(options.get("signins", SIGN_INS)), int(options.get("at_once", AT_ONCE))
    with open_house() as house:
        desk = house.module("loa.box.bench.signin_desk")
        people: list[list[str]] = desk.ask(do="seed", people=20)["people"]
        port = _web(house)
        for name, password in people[:4]:
            _sign_in(port, name, password)
        with ThreadPoolExecutor(at_once) as pool:
            took = list(pool.map(lambda number: _sign_in(port, *people[number % len(people)]), range(wanted)))
        bare: list[float] = desk.ask(do="argon2", times=50)["took_ms"]
    figures = {"p50": _percentile(took, 50), "p95": _percentile(took, 95), "max": round(max(took), 1)}
    return {
        **{f"sign_in_ms_{name}": value for name, value in figures.items()},
        "argon2_ms_p50": _percentile(bare, 50),
        "argon2_ms_p95": _percentile(bare, 95),
        "is_within_budget": figures["p95"] < BUDGET_MS,
        "sign_ins": wanted,
        "at_once": at_once,
        "cores": os.cpu_count(),
    }


def _web(house: House) -> int:
    port = free_port()
    env = {"LOA_PORT": str(port), "LOA_PUBLIC_URL": f"http://127.0.0.1:{port}"}
    (house.home / "static").mkdir(exist_ok=True)
    talk = house.module("loa.cli", "web", env=env)
    await_port(port, talk)
    return port


def _sign_in(port: int, name: str, password: str) -> float:
    """Return how many milliseconds the form took, from the first byte sent to the last received."""
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    line.request("GET", _FORM)
    page = line.getresponse()
    found = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page.read().decode())
    if found is None:
        raise RuntimeError(f"no form: {page.status}")
    cookie = str(page.headers["Set-Cookie"]).partition(";")[0]
    body = urlencode({"csrfmiddlewaretoken": found[1], "username": name, "password": password})
    begun = time.perf_counter()
    line.request("POST", _FORM, body, {"Cookie": cookie, "Content-Type": "application/x-www-form-urlencoded"})
    answer = line.getresponse()
    answer.read()
    took_ms = (time.perf_counter() - begun) * 1000
    line.close()
    if answer.status != 302 or answer.headers["Location"] != "/desk/":
        raise RuntimeError(json.dumps({"status": answer.status, "name": name}))
    return took_ms


def _percentile(values: Sequence[float], percent: int) -> float:
    return round(statistics.quantiles(values, n=100, method="inclusive")[percent - 1], 1)
