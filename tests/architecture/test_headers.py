"""What every answer tells the browser, and that no page fetches anything from elsewhere or carries code of its own."""

import importlib.util
import re
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.test import Client, override_settings

from loa.orgs.rules import Role
from tools import source


def _walk():
    spec = importlib.util.spec_from_file_location("walk", Path(__file__).with_name("test_addresses.py"))
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


walk = _walk()
BARE = {"/metrics", "/healthz", "/readyz", "media:file", "media:download", "archive:export_file"} | {
    "devices:place_photo",
    "devices:ticket_photo",
}
"""Answers that are no pages: files and figures, each with a policy of its own or none needed."""

HOSTS_OF_NAMES = {"www.w3.org"}
"""What looks like an address in SVG and is a name that nobody fetches."""

EMPTY_ELEMENTS_WITH_ADDRESS = {"src", "href", "action", "formaction", "poster", "data", "srcset", "hx-get", "hx-post"}


class Page(HTMLParser):
    """What in a page acts or fetches."""

    def __init__(self, text):
        super().__init__()
        self.faults, self._in_script = [], False
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        self._in_script = tag == "script" and "src" not in given
        if tag in {"style", "iframe", "object", "embed", "applet", "base"}:
            self.faults.append(f"<{tag}>")
        for name, value in given.items():
            if name.startswith(("on", "hx-on")) or name == "style":
                self.faults.append(f"{name}=")
            if name in EMPTY_ELEMENTS_WITH_ADDRESS and value:
                parts = urlsplit(value.strip())
                own_app = parts.scheme == "otpauth"  # opens the authenticator on this device; nothing is fetched
                if (
                    (parts.netloc and not own_app)
                    or (parts.scheme not in {"", "mailto", "tel", "data"} and not own_app)
                    or value.startswith("javascript")
                ):
                    self.faults.append(f"{name}={value}")

    def handle_data(self, data):
        if self._in_script and data.strip():
            self.faults.append("inline script")


def browser_for(world, name, entry):
    if isinstance(entry, walk.Open):
        return Client()
    role = getattr(entry, "role", Role.OFFICER)
    who = world.officer_user if name == "accounts:end_session" else walk.somebody(role, world.commune)
    return walk.browser_of(who)


def check_headers(answer, *, signed_in):
    headers = answer.headers
    policy = dict(part.strip().split(" ", 1) for part in headers["Content-Security-Policy"].split(";") if part.strip())
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == policy["connect-src"] == policy["form-action"] == "'self'"
    assert policy["object-src"] == policy["base-uri"] == policy["frame-ancestors"] == "'none'"
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "camera=()" in headers["Permissions-Policy"]
    assert "microphone=(self)" in headers["Permissions-Policy"]
    if signed_in:
        assert "no-store" in headers["Cache-Control"]
    for cookie in (kept for kept in answer.cookies.values() if kept.value):
        assert cookie["httponly"], cookie.key
        assert cookie["samesite"] == "Lax", cookie.key


@pytest.mark.parametrize("name", sorted(set(walk.ENTRIES) - BARE))
def test_every_answer_keeps_the_browser_within_bounds(world, name):
    entry = walk.ENTRIES[name]
    browser = browser_for(world, name, entry)
    arguments = {} if name in walk.OWN else walk.made(entry, world)
    data = getattr(entry, "data", {})

    answers = [walk.asked(browser, name, entry, arguments, data=data), browser.get(walk.address(name, arguments))]

    for answer in answers:
        check_headers(
            answer, signed_in=name.partition(":")[0] not in {"device", "/"} and "_auth_user_id" in browser.session
        )
        if answer.headers.get("Content-Type", "").startswith("text/html"):
            assert Page(answer.content.decode()).faults == []


def test_an_error_page_keeps_the_same_bounds(world):
    browser = walk.browser_of(world.officer_user)

    for address in ("/desk/nowhere/", "/desk/files/018f3a4e-0000-7000-8000-000000000000/", "/nowhere"):
        answer = browser.get(address)
        check_headers(answer, signed_in=False)
        assert Page(answer.content.decode()).faults == []


@pytest.mark.django_db
def test_over_tls_browsers_are_told_to_stay_there_and_cookies_to_travel_nowhere_else():
    with override_settings(SECURE_HSTS_SECONDS=31_536_000, SESSION_COOKIE_SECURE=True, CSRF_COOKIE_SECURE=True):
        answer = Client().get("/desk/sign-in/", secure=True)

    assert answer.headers["Strict-Transport-Security"].startswith("max-age=31536000")
    assert all(cookie["secure"] for cookie in answer.cookies.values())
    assert list(answer.cookies)


def test_sheets_and_modules_fetch_nothing_from_elsewhere():
    foreign = []
    for path in sorted(source.SERVER.rglob("static/**/*")):
        if path.suffix not in {".css", ".js", ".svg", ".html", ".json"}:
            continue
        hosts = set(re.findall(r"(?:https?:)?//([a-z0-9.-]+\.[a-z]{2,})", path.read_text("utf-8"), re.IGNORECASE))
        foreign += [f"{source.name(path)}: {host}" for host in sorted(hosts - HOSTS_OF_NAMES)]
        if path.suffix == ".js" and re.search(r"\beval\(|new Function\(|innerHTML|document\.write|insertAdjacentHTML",
                                              path.read_text("utf-8")):  # fmt: skip
            foreign.append(f"{source.name(path)}: makes code or markup from text")

    assert foreign == []


def test_the_policy_stands_in_the_settings_without_a_loose_word():
    assert "REPORT_ONLY" not in str(settings.CONTENT_SECURITY_POLICY)
    assert not hasattr(settings, "CONTENT_SECURITY_POLICY_REPORT_ONLY")
