"""What docs/security says, read and checked: every path, test, control and status that is named exists."""

import ast
import functools
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
SECURITY = ROOT / "docs" / "security"
STATUSES = {"met": "Đáp ứng", "partial": "Đáp ứng một phần", "open": "Chưa đáp ứng", "none": "Không áp dụng"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Security:
    """Controls, requirements of both lists, and flows, as written."""

    controls: Mapping[str, Mapping[str, Any]]
    qd742: Mapping[str, Mapping[str, Any]]
    asvs: Mapping[str, Mapping[str, Any]]
    flows: Mapping[str, Any]


def load() -> Security:
    """Read the three files."""
    controls, asvs, flows = (
        tomllib.loads((SECURITY / f"{name}.toml").read_text("utf-8")) for name in ("controls", "asvs", "flows")
    )
    return Security(controls=controls["control"], qd742=controls["qd742"], asvs=asvs, flows=flows)


def faults(security: Security) -> Iterator[str]:
    """Yield what is named and does not exist."""
    for name, control in security.controls.items():
        for feature in control["features"]:
            if not (ROOT / feature).exists():
                yield f"{name}: {feature} does not exist"
        for node in control["tests"]:
            path, _, test = node.partition("::")
            if test not in tests_of(path):
                yield f"{name}: there is no test {node}"
    items = [*security.qd742.items(), *security.asvs.items()]
    yield from _faults_of_statuses(items)
    used = {control for _, item in items for control in item["by"]}
    used |= {control for flow in security.flows["flow"] for control in flow["by"]}
    yield from (f"no control {name}" for name in sorted(used - set(security.controls)))
    yield from (f"control {name} serves nothing" for name in sorted(set(security.controls) - used))
    yield from _faults_of_flows(security.flows)


def _faults_of_statuses(items: Sequence[tuple[str, Mapping[str, Any]]]) -> Iterator[str]:
    for number, item in items:
        if item["status"] not in STATUSES:
            yield f"{number}: no status {item['status']}"
        if item["status"] in {"none", "partial", "open"} and not item.get("note"):
            yield f"{number}: {item['status']} without a reason"
        if item["status"] in {"met", "partial"} and not item["by"]:
            yield f"{number}: {item['status']} by nothing"


def _faults_of_flows(flows: Mapping[str, Any]) -> Iterator[str]:
    for name, process in flows["process"].items():
        if process["zone"] not in flows["zone"]:
            yield f"{name}: no zone {process['zone']}"
        if "unit" in process and not (ROOT / process["unit"]).exists():
            yield f"{name}: {process['unit']} does not exist"
    for flow in flows["flow"]:
        for end in (flow["from"], flow["to"]):
            if end not in flows["process"]:
                yield f"no process {end}"
        yield from (f"no data {name}" for name in flow["data"] if name not in flows["data"])


@functools.cache
def tests_of(path: str) -> frozenset[str]:
    """Return the names of a file's test functions."""
    file = ROOT / path
    if not file.is_file():
        return frozenset()
    body = ast.parse(file.read_text("utf-8")).body
    return frozenset(
        node.name
        for node in body
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name.startswith("test_")
    )
