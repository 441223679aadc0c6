"""Hostile strings in every parameter of every address: never an error of ours, never shown as sent, never obeyed.

The classes are those of the ministry's list for internal software (QĐ 742/QĐ-BTTTT): SQL, commands of the system, files
from here or elsewhere, XPath, scripts; forged requests are tried by `test_addresses.py`.
"""

import importlib.util
import re
import socket
import time
from pathlib import Path
from urllib.parse import quote

import pytest
from django import forms
from django.apps import apps
from django.core.files.uploadedfile import SimpleUploadedFile

from loa.orgs.rules import Role
from tools import source


def _walk():
    spec = importlib.util.spec_from_file_location("walk", Path(__file__).with_name("test_addresses.py"))
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


walk = _walk()
READS = re.compile(r"""request\.(?:GET|POST)(?:\.get|\.getlist)?[\(\[]\s*["']([\w-]+)["']""")
SLOW_S = 4.0
_ASLEEP_S = 8


@pytest.fixture
def bait():
    """A listener that nobody may call: whoever fetches what a stranger names does."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        listener.settimeout(0)
        yield listener


def parameters():
    """Every name a page reads: of forms' fields, and those that views ask for."""
    names = set()
    for path in source.shipped_files():
        if "web" in path.parts:
            names |= set(READS.findall(path.read_text("utf-8")))
    waiting = [forms.Form]
    while waiting:
        kind = waiting.pop()
        waiting += kind.__subclasses__()
        if kind.__module__.startswith("loa."):
            names |= set(kind.base_fields)
    return sorted(names - {"csrfmiddlewaretoken"})


def payloads(canary, port):
    return {
        "SQL": f"x'; SELECT pg_sleep({_ASLEEP_S}); DROP TABLE audit_entry; --",
        "SQL in a number": f"1 OR (SELECT 1 FROM pg_sleep({_ASLEEP_S}))=1",  # noqa: S608 - the attack itself
        "command": f"$(touch {canary}); `touch {canary}` | touch {canary} & touch {canary}",
        "file from here": "../../../../../../etc/passwd",
        "file by scheme": "file:///etc/passwd",
        "file from elsewhere": f"http://127.0.0.1:{port}/evil.xml",
        "XPath": "' or '1'='1' or name()='password",
        "script": "\"'><script>loa_hostile(1)</script><img src=x onerror=loa_hostile(1)>",
        "template": "{{ 7|add:7 }}{% debug %}{{ settings.SECRET_KEY }}",
        "line": "x\r\nSet-Cookie: loa_session=hostile\r\n\r\n<script>loa_hostile(1)</script>",
        "nothing": "\0",
        "half a letter": "\ud800",
        "format": "%s%n%(name)s{0.__class__}",
        "large": "9" * 400,
        "negative": "-1",
        "turned": "\u202e\u2066Ha",
    }


def started():
    """Return the clock and our own work so far: a busy machine is slow to answer, and is not to blame."""
    return time.monotonic(), time.process_time()


def check(answer, *, word, name, began):
    shown = b"".join(answer.streaming_content) if answer.streaming else answer.content
    assert answer.status_code < 500, (name, word)
    assert b"<script>loa_hostile" not in shown, (name, word)
    assert b"<img src=x" not in shown, (name, word)
    assert b"root:x:0" not in shown, (name, word)
    assert "loa_session=hostile" not in str(answer.headers), (name, word)
    slept, worked = (after - before for before, after in zip(began, started(), strict=True))
    assert slept < _ASLEEP_S, (name, word)
    assert worked < SLOW_S, (name, word)


def browser_for(world, entry, name):
    role = getattr(entry, "role", Role.OFFICER)
    who = world.officer_user if name == "accounts:end_session" else walk.somebody(role, world.commune)
    browser = walk.browser_of(who)
    browser.raise_request_exception = False
    return browser


def test_the_parameters_are_found():
    assert {"q", "unit", "title", "text", "reason", "username", "file"} <= set(parameters())


@pytest.mark.parametrize("name", [*walk.PAGES, *walk.OWN])
def test_no_parameter_of_an_address_obeys_breaks_or_repeats_what_a_stranger_wrote(world, tmp_path, bait, name):
    entry = walk.ENTRIES[name]
    address = walk.address(name, {} if name in walk.OWN else walk.made(entry, world))
    browser = browser_for(world, entry, name)
    names = parameters()
    canary = tmp_path / "obeyed"

    for word, payload in payloads(canary, bait.getsockname()[1]).items():
        began = started()
        told = dict.fromkeys(names, payload.encode("utf-8", "surrogatepass").decode("utf-8", "replace"))
        query = "&".join(f"{each}={quote(payload, errors='surrogatepass')}" for each in names)
        if entry.method == "post" or name in walk.OWN or name in {"media:add", "bulletins:write", "bulletins:edit"}:
            file = SimpleUploadedFile("x.pdf", payload.encode("utf-8", "surrogatepass"))
            check(browser.post(address, {**told, "file": file}), word=word, name=name, began=began)
        check(browser.get(f"{address}?{query}"), word=word, name=name, began=began)

    assert not canary.exists()
    with pytest.raises(BlockingIOError):
        bait.accept()
    apps.get_model("audit", "Entry").objects.count()  # the table is still there


@pytest.mark.parametrize("name", walk.OBJECTS)
def test_a_hostile_word_in_the_place_of_a_key_finds_nothing(world, tmp_path, bait, name):
    entry = walk.ENTRIES[name]
    arguments = walk.made(entry, world)
    address = walk.address(name, arguments)
    browser = browser_for(world, entry, name)

    for word, payload in payloads(tmp_path / "obeyed", bait.getsockname()[1]).items():
        began = started()
        for value in arguments.values():
            hostile = address.replace(str(value), quote(payload, safe="", errors="surrogatepass"))
            answer = getattr(browser, entry.method)(hostile)
            check(answer, word=word, name=name, began=began)
            assert answer.status_code in {404, 405} or str(value).isalpha(), (name, word)


@pytest.mark.parametrize("name", walk.OPEN)
def test_addresses_open_to_strangers_break_on_no_body(world, name):
    entry = walk.OPEN[name]
    address = walk.address(name, walk.made(entry, world))
    browser = walk.Client(raise_request_exception=False)
    outside = '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>'

    for kind, body in (
        ("application/json", "{" * 5000),
        ("application/json", '{"code": {"$gt": ""}, "__proto__": 1}'),
        ("application/json", "\ud800".encode("utf-8", "surrogatepass")),
        ("application/xml", outside),
        (
            "multipart/form-data; boundary=x",
            '--x\r\nContent-Disposition: form-data; name="file"; filename="../../x"\r\n',
        ),
        ("application/octet-stream", b"\xff\xfe\0"),
    ):
        began = started()
        check(browser.post(address, body, content_type=kind), word=kind, name=name, began=began)
