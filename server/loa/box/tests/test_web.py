"""The real web process, with nobody in front of it, while clients hold it up."""

import hashlib
import http.client
import os
import socket
import subprocess
import sys
import time
from contextlib import ExitStack, suppress

import pytest

from loa.box import doors

pytestmark = pytest.mark.system

STALLED = 250
"""Of each kind; together they pass what an unprivileged process may hold open by some."""

MEGABYTE = 1024 * 1024
PAGES = ("/healthz", "/desk/sign-in/", "/static/loa/tokens.css")


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    return tmp_path_factory.mktemp("home")


@pytest.fixture(scope="module")
def port(home):
    """Run `loa web` on a free port."""
    free = doors.next_free(18_400 + os.getpid() % 500 * 3)
    log = home / "web.log"
    environment = {
        **os.environ,
        "LOA_HOME": str(home),
        "LOA_PORT": str(free),
        "LOA_SECRET_KEY": "a-secret-of-this-test",
        "LOA_DEVICE_SECRET": "another-of-this-test",
    }
    program = [sys.executable, "-m", "loa.cli", "web"]
    with log.open("wb") as told, subprocess.Popen(program, env=environment, stdout=told, stderr=told) as web:
        try:
            deadline = time.monotonic() + 60
            while not _answers(free):
                assert time.monotonic() < deadline, log.read_text()
                time.sleep(0.1)
            yield free
        finally:
            web.terminate()


def _answers(port):
    with suppress(OSError, http.client.HTTPException):
        return ask(port, "/healthz")[0] == 200
    return False


def ask(port, path):
    """Return status, body and seconds of a request on a connection of its own."""
    began = time.monotonic()
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    try:
        line.request("GET", path)
        answer = line.getresponse()
        body = answer.read()
    finally:
        line.close()
    return answer.status, body, time.monotonic() - began


def say(port, words):
    line = socket.create_connection(("127.0.0.1", port), timeout=20)
    line.sendall(words)
    return line


def head(*lines, size_bytes, path="/desk/sign-in/"):
    words = (f"POST {path} HTTP/1.1", "Host: localhost", f"Content-Length: {size_bytes}", *lines, "", "")
    return "\r\n".join(words).encode()


def answer_to(line):
    answer = http.client.HTTPResponse(line)
    answer.begin()
    return answer.status, answer.read().decode()


def test_pages_answer_while_hundreds_hold_half_sent_requests(port):
    with ExitStack() as held:
        for _ in range(STALLED):
            held.enter_context(say(port, b"GET / HTTP/1.1\r\nHost: loc"))
            held.enter_context(say(port, head(size_bytes=1000) + b"username="))

        answers = [ask(port, path) for path in PAGES * 5]

    assert {status for status, _, _ in answers} == {200}
    assert max(seconds for _, _, seconds in answers) < 1.0


def test_pages_answer_while_hundreds_do_not_read_what_they_asked_for(port):
    with ExitStack() as held:
        for _ in range(STALLED):
            held.enter_context(say(port, b"GET /desk/sign-in/ HTTP/1.1\r\nHost: localhost\r\n\r\n" * 5))

        answers = [ask(port, path) for path in PAGES]
        assert {status for status, _, _ in answers} == {200}


def test_a_half_sent_head_is_given_up(port):
    with say(port, b"GET / HTTP/1.1\r\nHost: loc") as line:
        assert line.recv(1000) == b""


def test_a_body_sent_in_pieces_arrives_whole(port):
    body = b"username=nobody&password=" + b"x" * 200_000
    with say(port, head("Content-Type: application/x-www-form-urlencoded", size_bytes=len(body))) as line:
        for start in range(0, len(body), 30_000):
            line.sendall(body[start : start + 30_000])

        status, page = answer_to(line)

    assert status == 403, "the form has no token, which is seen after its body was read"
    assert "Biểu mẫu" in page


@pytest.mark.parametrize(("path", "language"), [("/desk/bulletins/new/", "vi"), ("/desk/sign-in/", "en")])
def test_a_strangers_large_body_is_refused_by_its_length_alone(port, path, language):
    with say(port, head(f"Cookie: loa_language={language}", size_bytes=200 * MEGABYTE, path=path)) as line:
        status, page = answer_to(line)

    assert status == 413
    assert {"vi": "Dung lượng quá lớn", "en": "This is too large"}[language] in page


def test_who_sends_a_large_body_without_looking_up_still_reads_the_refusal(port):
    with say(port, head(size_bytes=20 * MEGABYTE)) as line:
        for _ in range(20):
            line.sendall(bytes(MEGABYTE))

        assert answer_to(line)[0] == 413


def test_a_file_comes_whole_and_in_part_with_the_headers_of_the_store(port, home):
    content = b"OggS" + os.urandom(300_000)
    digest = hashlib.sha256(content).hexdigest()
    file = home / "media" / digest[:2] / digest[2:4] / digest
    file.parent.mkdir(parents=True)
    file.write_bytes(content)

    line = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    line.request("GET", f"/media/{digest}", headers={"Range": "bytes=1000-1999"})
    part = line.getresponse()
    got = part.read()
    line.request("HEAD", f"/media/{digest}")
    head_only = line.getresponse()
    head_only.read()
    line.close()

    assert (part.status, got) == (206, content[1000:2000])
    assert part.getheader("Content-Range") == f"bytes 1000-1999/{len(content)}"
    assert (part.headers.get_all("Content-Type"), part.headers.get_all("Content-Length")) == (["audio/ogg"], ["1000"])
    assert part.getheader("Cache-Control") == "public, max-age=31536000, immutable"
    assert (head_only.status, head_only.getheader("Content-Length")) == (200, str(len(content)))
    assert ask(port, f"/media/{digest}")[1] == content
    assert ask(port, "/media/" + "0" * 64)[0] == 404


def test_a_body_of_unknown_length_is_refused(port):
    words = b"POST /desk/sign-in/ HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n"
    with say(port, words) as line:
        assert answer_to(line)[0] == 411


def test_a_header_cannot_pass_for_another_by_underscores(port):
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    line.request("POST", "/desk/sign-in/", body=b"", headers={"Content_Length": "999999999"})

    assert line.getresponse().status == 403
    line.close()
