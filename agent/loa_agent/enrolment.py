"""Becoming a device: a key made here, a one-time code, and the server's answer kept."""

import json
import urllib.error
import urllib.request
from typing import Any  # Any: a JSON document is open by nature
from urllib.parse import urlsplit

from loa_agent.home import Home
from loa_agent.identity import Enrolled
from loa_agent.words import say
from loa_protocol import signing
from loa_protocol.refusal import Refused

TIMEOUT_S = 20.0
_ANSWER_MOST_BYTES = 4_000_000


class NotEnrolled(Exception):
    """The server did not take the device; the text is a sentence for the person in front of it."""


def enrol(home: Home, *, server: str, code: str) -> Enrolled:
    """Make a key, show the code to the server and keep what it answers. Raises `NotEnrolled`, `HomeUnusable`.

    The code works once, so it is shown only when the answer can be kept.
    """
    home.prove_writable()
    key = signing.generate()
    answer = _ask(server.rstrip("/") + "/device/v1/enrol", {"code": code, "public_jwk": key.as_dict(private=False)})
    try:
        enrolled = Enrolled.read(answer)
    except Refused as odd:
        raise NotEnrolled(say("The answer of %(server)s is not understood: %(why)s.", server=server, why=odd)) from odd
    home.keep_key(key)
    home.keep_identity(answer)
    return enrolled


def _ask(url: str, document: dict[str, Any]) -> dict[str, Any]:
    if urlsplit(url).scheme not in {"http", "https"}:
        raise NotEnrolled(say("The address of the server begins with http:// or https://."))
    request = urllib.request.Request(  # noqa: S310 - the scheme was checked
        url, data=json.dumps(document).encode(), headers={"Content-Type": "application/json"}
    )
    try:
        with urllib.request.urlopen(request, timeout=TIMEOUT_S) as answer:  # noqa: S310 - as above
            content = answer.read(_ANSWER_MOST_BYTES)
    except urllib.error.HTTPError as refused:
        raise NotEnrolled(_sentence(refused)) from refused
    except OSError as broken:
        reason = getattr(broken, "reason", broken)
        raise NotEnrolled(
            say("The server at %(server)s cannot be reached: %(why)s.", server=url, why=reason)
        ) from broken
    try:
        found = json.loads(content)
    except ValueError as odd:
        raise NotEnrolled(say("The answer of %(server)s is not understood.", server=url)) from odd
    if not isinstance(found, dict):
        raise NotEnrolled(say("The answer of %(server)s is not understood.", server=url))
    return found


def _sentence(refused: urllib.error.HTTPError) -> str:
    with refused:
        content = refused.read(10_000)
    try:
        sentence = json.loads(content).get("sentence")
    except (ValueError, AttributeError):
        sentence = None
    return str(sentence) if sentence else say("The server refused the code (HTTP %(status)s).", status=refused.code)
