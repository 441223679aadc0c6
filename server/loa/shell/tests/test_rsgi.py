import asyncio
from dataclasses import dataclass, field
from types import SimpleNamespace

import pytest
from django.conf import settings

from loa.shell import rsgi


class Headers(list):
    """Headers as the server hands them on: in order, each as often as it was sent."""

    def items(self):
        return self


@dataclass
class Line:
    """A connection as the server hands it on: pieces of a body come in, one answer goes out."""

    pieces: list = field(default_factory=list)
    answer: tuple = ()

    def __aiter__(self):
        return self

    async def __anext__(self):
        if not self.pieces:
            raise StopAsyncIteration
        return self.pieces.pop(0)

    def response_bytes(self, status, headers, body):
        self.answer = (status, dict(headers), body)


def asked(*headers, method="POST", path="/desk/", query="", client="203.0.113.7:4000"):
    return SimpleNamespace(
        method=method, path=path, query_string=query, client=client, server="192.0.2.1:8080", scheme="http",
        http_version="1.1", headers=Headers(headers),
    )  # fmt: skip


def echo(environ, start_response):
    start_response("200 OK", [("content-type", "text/plain")])
    return [environ["wsgi.input"].read(), b" for ", environ["REMOTE_ADDR"].encode()]


def broken(environ, start_response):
    raise ValueError("a bug")


def test_a_page_is_asked_when_its_body_has_arrived_whole():
    line = Line([b"name=", b"value"])

    asyncio.run(rsgi.Door(echo).answer(asked(("content-length", "10")), line))

    assert line.answer == (200, {"content-type": "text/plain"}, b"name=value for 203.0.113.7")


def test_a_body_that_ends_early_reaches_no_page():
    line = Line([b"name="])

    asyncio.run(rsgi.Door(broken).answer(asked(("content-length", "10")), line))

    assert line.answer[0] == 400


def test_a_bug_outside_every_middleware_is_logged_and_answered(caplog):
    line = Line()

    asyncio.run(rsgi.Door(broken).answer(asked(), line))

    assert line.answer[0] == 500
    assert "a page could not be answered" in caplog.text


def test_the_environment_is_what_pages_expect():
    environ = rsgi.environ_of(
        asked(
            ("host", "loa.example.vn"), ("cookie", "a=1"), ("cookie", "b=2"), ("x-forwarded-for", "198.51.100.1"),
            ("x-forwarded-for", "198.51.100.2"), ("x_forwarded_for", "6.6.6.6"), ("content-type", "text/plain"),
            path="/xã/", query="q=%20", client="[2001:db8::1]:4000",
        )
    )  # fmt: skip

    assert environ["PATH_INFO"].encode("latin-1").decode() == "/xã/"
    assert (environ["QUERY_STRING"], environ["CONTENT_TYPE"]) == ("q=%20", "text/plain")
    assert (environ["HTTP_HOST"], environ["HTTP_COOKIE"]) == ("loa.example.vn", "a=1; b=2")
    assert environ["HTTP_X_FORWARDED_FOR"] == "198.51.100.1,198.51.100.2"
    assert (environ["REMOTE_ADDR"], environ["SERVER_NAME"], environ["SERVER_PORT"]) == (
        "2001:db8::1", "192.0.2.1", "8080",
    )  # fmt: skip


@pytest.mark.parametrize("others", ["", "odd cookie; ", "a=1; "])
def test_a_session_is_read_from_its_cookie_whatever_stands_beside_it(others):
    environ = {"HTTP_COOKIE": f"{others}{settings.SESSION_COOKIE_NAME}=key"}

    assert rsgi.session_key_of(environ) == "key"
    assert rsgi.session_key_of({}) == ""
