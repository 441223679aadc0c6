"""What an upper unit waits for the overview of a province with millions of plays, beside counting them in plain SQL."""

import http.client
import os
import re
import statistics
import time
from collections.abc import Mapping, Sequence
from typing import Any  # Any: figures are JSON
from urllib.parse import urlencode

from loa.box import roles
from loa.box.bench.house import House, await_port, free_port, open_house

PLAYS, REQUESTS = 8_000_000, 60
BUDGET_MS = 200
_FORM = "/desk/sign-in/"
_SETTINGS = {"max_wal_size": "8GB", "maintenance_work_mem": "512MB", "shared_buffers": "512MB"}
"""A server of a province with some memory; everything is really written to the disk."""


def run(options: Mapping[str, str]) -> dict[str, Any]:
    """Return milliseconds of whole pages, as the web process answers them. Options: `plays` (8000000), `requests` (60).

    `bare_ms_…` is a plain SQL count of the same days from airings, targets and evidence; `is_same` says that it comes
    to the same figures, and `recounted` how many airings were counted anew by the program's own rules, with how many
    differing from what was seeded.
    """
    plays, requests = int(options.get("plays", PLAYS)), int(options.get("requests", REQUESTS))
    with open_house(_SETTINGS) as house:
        desk = house.module("loa.box.bench.dashboard_desk")
        who = desk.ask(do="people")
        owner = house.module(
            "loa.box.bench.dashboard_desk", env={"LOA_DATABASE_URL": house.cluster.url_as(roles.SUPERUSER)}
        )
        seeded = owner.ask(do="seed", plays=plays)
        owner.stop()
        checked = desk.ask(do="check")
        line = Reader(_web(house), who["name"], who["password"])
        pages = {
            "overview_today": "/desk/overview/",
            "overview_week": "/desk/overview/?period=week",
            "overview_month": "/desk/overview/?period=month",
            "compare_month": f"/desk/overview/{who['province']}/compare/?period=month&sort=heard",
            "commune_week": f"/desk/overview/{who['commune']}/?period=week",
        }
        took = {name: line.read(address, times=requests) for name, address in pages.items()}
    figures: dict[str, Any] = {}
    for name, times in took.items():
        figures[f"{name}_ms_p50"], figures[f"{name}_ms_p95"] = _percentile(times, 50), _percentile(times, 95)
    worst = max(_percentile(times, 95) for name, times in took.items() if name.startswith("overview"))
    return {
        "p95_ms": worst,
        **figures,
        **checked,
        "is_within_budget": worst < BUDGET_MS,
        **seeded,
        "requests": requests,
        "cores": os.cpu_count(),
    }


class Reader:
    """Somebody who has signed in and keeps the line open, as a browser does."""

    def __init__(self, port: int, name: str, password: str) -> None:
        self._line = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        page, answer = self._ask("GET", _FORM, None, {})
        found = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
        if found is None:
            raise RuntimeError(f"no form: {answer.status}")
        cookie = str(answer.headers["Set-Cookie"]).partition(";")[0]
        body = urlencode({"csrfmiddlewaretoken": found[1], "username": name, "password": password})
        headers = {"Cookie": cookie, "Content-Type": "application/x-www-form-urlencoded"}
        _, answer = self._ask("POST", _FORM, body, headers)
        kept = [one.partition(";")[0] for one in answer.headers.get_all("Set-Cookie", [])]
        self._headers = {"Cookie": "; ".join(kept)}

    def read(self, address: str, *, times: int) -> list[float]:
        """Return how many milliseconds each reading of a page took, after three that warm up."""
        took = []
        for number in range(times + 3):
            begun = time.perf_counter()
            page, answer = self._ask("GET", address, None, self._headers)
            if answer.status != http.client.OK or ('class="rows"' not in page and 'class="table' not in page):
                raise RuntimeError(f"{address}: {answer.status}, {len(page)} letters")
            if number >= 3:
                took.append((time.perf_counter() - begun) * 1000)
        return took

    def _ask(
        self, method: str, address: str, body: str | None, headers: Mapping[str, str]
    ) -> tuple[str, http.client.HTTPResponse]:
        self._line.request(method, address, body, dict(headers))
        answer = self._line.getresponse()
        return answer.read().decode(), answer


def _web(house: House) -> int:
    port = free_port()
    env = {
        "LOA_PORT": str(port),
        "LOA_PUBLIC_URL": f"http://127.0.0.1:{port}",
        "LOA_SECOND_FACTOR": "offered",
    }
    (house.home / "static").mkdir(exist_ok=True)
    talk = house.module("loa.cli", "web", env=env)
    await_port(port, talk)
    return port


def _percentile(values: Sequence[float], percent: int) -> float:
    return round(statistics.quantiles(values, n=100, method="inclusive")[percent - 1], 1)
