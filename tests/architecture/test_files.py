"""Numbers that keep a house livable, and names that say nothing."""

import ast
import statistics

from tools import source

LINES_LONG = 250
LINES_REFUSED = 500
FUNCTION_LINES = 60

LONG_ON_PURPOSE = {
    "server/loa/devices/listener/session.py": "one connection's state machine, packet by packet",
    "server/loa/devices/listener/listener.py": "who is connected, and what is said to whom: one table",
    "protocol/loa_protocol/mqtt/client.py": "the other end of it, with everything a caller may ask",
    "protocol/loa_protocol/messages.py": "every document that travels, side by side, so that none drifts from the rest",
    "agent/loa_agent/core.py": "the device's one state machine: what it heard, what it shall do, what it owes",
    "agent/loa_agent/stage.py": "how sound starts, yields and ends: one table of moments",
    "agent/loa_agent/runner.py": "the real device's wiring of core, network and sound",
    "agent/loa_agent/sim/device.py": "one simulated device, the same wiring with faults",
    "agent/loa_agent/sim/fleet.py": "thousands of them in one loop",
}
"""Shipped files over 250 lines which a reader still takes in as one thing. None may pass 500."""

LONG_FUNCTIONS = {
    "protocol/loa_protocol/mqtt/client.py:connect": "a third is its signature: all that MQTT lets a client say",
}
"""Functions over 60 lines, as `path:name`, with the reason."""

EMPTY_WORDS = {"utils", "util", "helpers", "helper", "common", "misc", "base", "manager", "managers", "shared", "lib"}


def lengths(files):
    return {source.name(path): len(path.read_text(encoding="utf-8").splitlines()) for path in files}


def test_no_file_passes_five_hundred_lines():
    too_long = {path: lines for path, lines in lengths(source.python_files()).items() if lines > LINES_REFUSED}

    assert too_long == {}


def test_long_files_are_long_on_purpose():
    long = {path for path, lines in lengths(source.shipped_files()).items() if lines > LINES_LONG}

    assert long <= set(LONG_ON_PURPOSE)
    assert [path for path in LONG_ON_PURPOSE if not (source.ROOT / path).is_file()] == []


def test_nine_files_in_ten_are_short_and_half_are_very_short():
    counts = sorted(lengths(source.shipped_files()).values())

    assert statistics.median(counts) < 80
    assert counts[int(len(counts) * 0.9)] <= LINES_LONG


def test_functions_fit_on_a_page():
    long = {}
    for path in source.shipped_files():
        for node in source.nodes(path):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                lines = node.end_lineno - node.lineno + 1
                if lines > FUNCTION_LINES:
                    long[f"{source.name(path)}:{node.name}"] = lines

    assert set(long) == set(LONG_FUNCTIONS)


def test_no_file_or_folder_has_a_name_that_says_nothing():
    empty = [
        source.name(path)
        for path in source.shipped_files()
        if EMPTY_WORDS & {part.removesuffix(".py") for part in path.relative_to(source.ROOT).parts}
    ]

    assert empty == []


def test_every_module_says_in_a_sentence_what_it_is():
    silent = [source.name(path) for path in source.shipped_files() if not ast.get_docstring(source.tree(path))]

    assert silent == []


def test_every_room_has_a_page_that_introduces_it():
    rooms = [room for room in source.ROOMS if room != "cli"]

    assert [room for room in rooms if not (source.SERVER / room / "README.md").is_file()] == []
