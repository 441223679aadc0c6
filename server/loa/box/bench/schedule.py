"""What programmes cost: rules followed for a week beside dateutil, and an approval until the fleet holds its plan."""

import importlib
import importlib.util
import itertools
import os
import shutil
import sys
import time
from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from typing import Any  # Any: figures are JSON

from loa.box.bench.house import House, Talk, free_port, open_house
from loa.schedules.rules import entries, recurrence
from loa.schedules.rules.recurrence import BadRule

RULES, DAYS, DEVICES = 10_000, 7, 2_200
BUDGET_S, BUDGET_RULE_MS, BUDGET_PLAN_S = 3.0, 5.0, 10.0
_SHARE = 0.99
_START, _FROM = date(2024, 1, 1), date(2026, 11, 23)
_PATIENCE_S = 60.0

COMMON = (
    "FREQ=DAILY",
    "FREQ=DAILY;INTERVAL=3",
    "FREQ=WEEKLY;BYDAY=MO,WE,FR",
    "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,SU",
    "FREQ=MONTHLY;BYMONTHDAY=1,15",
    "FREQ=MONTHLY;BYMONTHDAY=-1",
    "FREQ=MONTHLY;BYDAY=1MO,-1FR",
    "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1",
    "FREQ=YEARLY;BYMONTH=11;BYDAY=SA,SU",
    "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29",
)
"""Rules that dateutil knows too."""
LUNAR = ("RSCALE=X-VIETNAMESE;FREQ=MONTHLY;BYMONTHDAY=1,15", "RSCALE=X-VIETNAMESE;FREQ=YEARLY;BYMONTH=1;BYMONTHDAY=1")
HOSTILE = (
    "FREQ=SECONDLY",
    "FREQ=HOURLY;INTERVAL=1",
    "FREQ=DAILY;COUNT=1000000000",
    "FREQ=DAILY;INTERVAL=999999999",
    "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30",
    "FREQ=YEARLY;BYYEARDAY=366;BYMONTH=1",
    "FREQ=MONTHLY;BYDAY=" + ",".join(["MO"] * 200),
    "FREQ=DAILY;BYMONTHDAY=" + ",".join(str(day) for day in range(1, 32)) + ";BYDAY=53MO",
    "X" * 100_000,
    "FREQ=DAILY;" * 30,
)


def run(options: Mapping[str, str]) -> dict[str, Any]:
    """Return the figures. Options: `rules` (10000), `devices` (2200; 0 leaves the fleet out)."""
    count, devices = int(options.get("rules", RULES)), int(options.get("devices", DEVICES))
    texts = [rule for rule, _ in zip(itertools.cycle((*COMMON, *LUNAR)), range(count), strict=False)]
    took_s, slowest_ms, found = _followed(texts)
    refused, hostile_ms = _hostile()
    figures: dict[str, Any] = {
        "rules": count,
        "days": DAYS,
        "expand_s": round(took_s, 3),
        "slowest_rule_ms": round(slowest_ms, 3),
        "occurrences": found,
        "is_within_budget": took_s < BUDGET_S and slowest_ms < BUDGET_RULE_MS,
        **_beside_dateutil(count),
        "hostile_refused": refused,
        "hostile_slowest_ms": round(hostile_ms, 3),
        "cores": os.cpu_count(),
    }
    return figures | (_approved(devices) if devices else {})


def _followed(texts: list[str]) -> tuple[float, float, int]:
    """Return how long all rules took from their text to the week's moments, the slowest one, and how many there are.

    One rule is measured in processor time: another process that is let in between says nothing of a rule.
    """
    slowest, found = 0.0, 0
    begun = time.perf_counter()
    for number, text in enumerate(texts):
        at = time.thread_time()
        found += len(_week(text, _START + timedelta(days=number % 300)))
        slowest = max(slowest, time.thread_time() - at)
    return time.perf_counter() - begun, slowest * 1000, found


def _week(text: str, start_on: date) -> dict[date, datetime]:
    rule = recurrence.parse(text)
    end = rule.until or date(2090, 1, 1)  # the last day stands in the version, found once when it was written
    timing = entries.Timing(
        at=datetime.min.time(), frame=timedelta(minutes=15), rule=rule, start_on=start_on, last_on=end
    )
    return entries.occurrences(timing, from_on=_FROM, until_on=_FROM + timedelta(days=DAYS))


def _beside_dateutil(count: int) -> dict[str, Any]:
    """Return how long dateutil takes for as many of the rules it knows, and ours for the same; nothing without it."""
    if importlib.util.find_spec("dateutil") is None:
        return {"dateutil_s": None, "same_rules_s": None, "same_days": None}
    parse = importlib.import_module("dateutil.rrule").rrulestr
    first = datetime.combine(_FROM, datetime.min.time())
    last = first + timedelta(days=DAYS) - timedelta(seconds=1)
    pairs = list(zip(itertools.cycle(COMMON), range(count), strict=False))
    theirs: list[int] = []
    begun = time.perf_counter()
    for text, number in pairs:
        start = datetime.combine(_START + timedelta(days=number % 300), datetime.min.time())
        theirs.append(len(parse(text, dtstart=start).between(first, last, inc=True)))
    took = time.perf_counter() - begun
    begun = time.perf_counter()
    ours = [len(_week(text, _START + timedelta(days=number % 300))) for text, number in pairs]
    return {
        "dateutil_s": round(took, 3),
        "same_rules_s": round(time.perf_counter() - begun, 3),
        "same_days": ours == theirs,
    }


def _hostile() -> tuple[int, float]:
    """Return how many hostile rules were refused of those there are, and the slowest refusal or answer."""
    refused, slowest = 0, 0.0
    for text in HOSTILE:
        at = time.thread_time()
        try:
            entries.last_day(recurrence.parse(text), _START)
            _week(text, _START)
        except BadRule:
            refused += 1
        slowest = max(slowest, time.thread_time() - at)
    return refused, slowest * 1000


def _approved(devices: int) -> dict[str, Any]:
    """Return how long after an approval 99 of 100 devices hold the new plan."""
    with open_house() as house:
        desk = house.module("loa.box.bench.schedule_desk")
        desk.ask(do="seed", devices=devices, file=str(house.home / "identities.jsonl"))
        port = free_port()
        house.bridge(port)
        web = _media(house)
        fleet, ready = _fleet(house, port, web)
        house.spawn("clock", sys.executable, "-m", "loa.cli", "clock")
        before = desk.ask(do="planned", timeout_s=_PATIENCE_S)
        _until(fleet, before["plan"], round(_SHARE * devices))
        written = desk.ask(do="write")
        approved = desk.ask(do="approve", **written)
        planned = desk.ask(do="planned", timeout_s=_PATIENCE_S)
        held = _until(fleet, planned["plan"], round(_SHARE * devices))
        fleet.stop()
        took_s = (held["last_mono_ms"] - approved["begun_ms"]) / 1000
        return {
            "devices": devices,
            "approve_ms": round(approved["command_ms"], 1),
            "approve_to_planned_s": round((planned["at_ms"] - approved["begun_ms"]) / 1000, 2),
            "approve_to_plan_99_s": round(took_s, 2),
            "devices_with_plan": held["devices"],
            "plans": planned["plans"],
            "connect_s": ready["connect_s"],
            "is_plan_within_budget": held["devices"] >= _SHARE * devices and took_s < BUDGET_PLAN_S,
        }


def _media(house: House) -> int:
    """Serve what devices fetch, as the web process does."""
    port = free_port()
    (house.home / "static").mkdir(exist_ok=True)
    house.module(
        "loa.cli", "web", env={"LOA_PORT": str(port), "LOA_PUBLIC_URL": f"http://127.0.0.1:{port}"}
    )  # fmt: skip
    return port


def _fleet(house: House, port: int, web: int) -> tuple[Talk, dict[str, Any]]:
    program = shutil.which("loa-sim", path=os.path.dirname(sys.executable)) or "loa-sim"  # noqa: PTH120
    fleet = house.spawn(
        "sim", program, "--identities", str(house.home / "identities.jsonl"), "--mqtt", f"127.0.0.1:{port}",
        "--server", f"http://127.0.0.1:{web}",
    )  # fmt: skip
    for line in _lines(fleet):
        if line["what"] == "ready":
            return fleet, line
    raise RuntimeError("the fleet ended")


def _until(fleet: Talk, plan: str, devices: int) -> dict[str, Any]:
    """Return the line that says that so many devices follow a plan."""
    for line in _lines(fleet):
        if line["what"] == "plan" and line["plan"] == plan and line["devices"] >= devices:
            return line
    raise RuntimeError("the fleet ended")


def _lines(talk: Talk) -> Iterator[dict[str, Any]]:
    while True:
        yield talk.next()
