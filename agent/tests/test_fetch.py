"""Promise 6: a broken download is never in its place, and goes on where it broke."""

import hashlib
import http.server
import threading

import pytest

from loa_agent import fetch
from loa_protocol.refusal import Reason, Refused

CONTENT = bytes(range(256)) * 2_000
SHA256 = hashlib.sha256(CONTENT).hexdigest()


class Web:
    """A server of one file that can be told to misbehave."""

    def __init__(self):
        self.content, self.cut_after, self.ranges, self.status = CONTENT, None, True, None
        self.asked = []
        web = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def log_message(self, *_arguments):
                pass

            def do_GET(self):
                web.asked.append(self.headers.get("Range"))
                web.answer(self)

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self.server.server_port}/media/{SHA256}"

    def answer(self, handler):
        first = 0
        if self.ranges and handler.headers.get("Range"):
            first = int(handler.headers["Range"][6:-1])
        body = self.content[first:]
        if self.status is not None or first >= len(self.content):
            handler.send_response(self.status or 416)
            body = b""
        elif first:
            handler.send_response(206)
            handler.send_header("Content-Range", f"bytes {first}-{len(self.content) - 1}/{len(self.content)}")
        else:
            handler.send_response(200)
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        cut, self.cut_after = self.cut_after, None
        handler.wfile.write(body if cut is None else body[:cut])


@pytest.fixture
def web():
    web = Web()
    yield web
    web.server.shutdown()
    web.server.server_close()


def bring(web, folder, *, size_bytes=512_000):
    return fetch.fetch(web.url, sha256=SHA256, size_bytes=size_bytes, folder=folder)


def test_a_file_comes_whole_and_once(web, tmp_path):
    first = bring(web, tmp_path)
    second = bring(web, tmp_path)

    assert first == second == fetch.place(tmp_path, SHA256)
    assert first.read_bytes() == CONTENT
    assert web.asked == [None]


def test_a_break_leaves_nothing_in_place_and_the_next_try_goes_on_from_there(web, tmp_path):
    web.cut_after = 100_000
    with pytest.raises(fetch.FetchFailed):
        bring(web, tmp_path)
    broken = fetch.place(tmp_path, SHA256).exists()

    path = bring(web, tmp_path)

    assert not broken
    assert path.read_bytes() == CONTENT
    assert web.asked == [None, "bytes=100000-"]
    assert [one.name for one in path.parent.iterdir()] == [SHA256]


def test_a_server_that_knows_no_ranges_sends_all_again(web, tmp_path):
    web.ranges, web.cut_after = False, 100_000
    with pytest.raises(fetch.FetchFailed):
        bring(web, tmp_path)

    assert bring(web, tmp_path).read_bytes() == CONTENT


def test_a_spoiled_beginning_is_thrown_away_and_fetched_anew(web, tmp_path):
    part = fetch.place(tmp_path, SHA256).with_suffix(".part")
    part.parent.mkdir()
    part.write_bytes(b"spoiled" * 1000)

    assert bring(web, tmp_path).read_bytes() == CONTENT
    assert web.asked == ["bytes=7000-", None]


def test_a_part_that_is_whole_already_is_put_in_place(web, tmp_path):
    part = fetch.place(tmp_path, SHA256).with_suffix(".part")
    part.parent.mkdir()
    part.write_bytes(CONTENT)

    assert bring(web, tmp_path).read_bytes() == CONTENT


def test_something_else_under_the_digest_is_refused_and_thrown_away(web, tmp_path):
    web.content = CONTENT[:-1] + b"\0"

    with pytest.raises(Refused) as refused:
        bring(web, tmp_path)

    assert refused.value.reason is Reason.DIGEST_MISMATCH
    assert list(fetch.place(tmp_path, SHA256).parent.iterdir()) == []


def test_more_than_was_announced_is_refused_before_it_is_here(web, tmp_path):
    with pytest.raises(Refused) as refused:
        bring(web, tmp_path, size_bytes=1000)

    assert refused.value.reason is Reason.TOO_LARGE
    assert list(fetch.place(tmp_path, SHA256).parent.iterdir()) == []


def test_an_error_of_the_server_is_tried_again_later(web, tmp_path):
    web.status = 503

    with pytest.raises(fetch.FetchFailed, match="503"):
        bring(web, tmp_path)


def test_only_web_addresses_are_fetched(tmp_path):
    with pytest.raises(fetch.FetchFailed, match="only http"):
        fetch.fetch("file:///etc/passwd", sha256=SHA256, size_bytes=9, folder=tmp_path)


def test_an_answer_that_is_too_long_is_not_read(web):
    with pytest.raises(fetch.FetchFailed, match="longer"):
        fetch.read(web.url, most_bytes=1000)
