import os
from pathlib import Path

import pytest
from django.test import RequestFactory

from loa.media import store
from loa.media.web import views, wsgi

CONTENT = b"OggS" + os.urandom(3_000_000)


def through_django(path, method="GET", **headers):
    request = RequestFactory().generic(
        method, path, headers={name.replace("_", "-"): value for name, value in headers.items()}
    )
    response = views.file(request, path.removeprefix("/media/"))
    body = b"".join(response.streaming_content) if response.streaming else response.content
    return response.status_code, {name.lower(): value for name, value in response.items()}, body


def through_wsgi(path, method="GET", **headers):
    told = []
    environ = {"REQUEST_METHOD": method, "PATH_INFO": path}
    environ |= {f"HTTP_{name.upper()}": value for name, value in headers.items()}
    body = wsgi.serve(environ, lambda status, head: told.extend([int(status[:3]), {n.lower(): v for n, v in head}]))
    content = b"".join(body)
    assert len(content) == int(told[1].get("content-length", 0)) or method == "HEAD"
    return told[0], told[1], content


@pytest.fixture(params=[through_django, through_wsgi])
def fetch(request):
    return request.param


@pytest.fixture
def digest():
    return store.put(CONTENT)


def test_a_file_comes_whole_with_its_digest_as_tag_and_may_be_kept_for_ever(fetch, digest):
    status, headers, body = fetch(f"/media/{digest}")

    assert (status, body) == (200, CONTENT)
    assert headers["etag"] == f'"{digest}"'
    assert headers["cache-control"] == "public, max-age=31536000, immutable"
    assert headers["content-type"] == "audio/ogg"
    assert headers["accept-ranges"] == "bytes"
    assert headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize(
    ("wanted", "start", "stop"),
    [
        ("bytes=0-99", 0, 100),
        ("bytes=1048570-2097160", 1_048_570, 2_097_161),
        ("bytes=3000000-", 3_000_000, 3_000_004),
        ("bytes=-10", 2_999_994, 3_000_004),
        ("bytes=0-", 0, 3_000_004),
        ("bytes=5-99999999999", 5, 3_000_004),
        ("bytes=-99999999", 0, 3_000_004),
    ],
)
def test_a_single_range_is_answered_in_part(fetch, digest, wanted, start, stop):
    status, headers, body = fetch(f"/media/{digest}", range=wanted)

    assert (status, body) == (206, CONTENT[start:stop])
    assert headers["content-range"] == f"bytes {start}-{stop - 1}/{len(CONTENT)}"


@pytest.mark.parametrize("wanted", ["bytes=3000004-", "bytes=9999999-99999999", "bytes=-0"])
def test_a_range_outside_the_file_is_refused_with_its_size(fetch, digest, wanted):
    status, headers, body = fetch(f"/media/{digest}", range=wanted)

    assert (status, body) == (416, b"")
    assert headers["content-range"] == f"bytes */{len(CONTENT)}"


@pytest.mark.parametrize("wanted", ["bytes=0-1,5-6", "lines=1-2", "bytes=9-2", "bytes=-", "bytes=a-b", "x" * 5000])
def test_a_range_we_do_not_serve_gives_the_whole(fetch, digest, wanted):
    status, headers, body = fetch(f"/media/{digest}", range=wanted)

    assert (status, len(body)) == (200, len(CONTENT))
    assert "content-range" not in headers


def test_a_range_of_another_version_gives_the_whole(fetch, digest):
    assert fetch(f"/media/{digest}", range="bytes=0-9", if_range='"other"')[0] == 200
    assert fetch(f"/media/{digest}", range="bytes=0-9", if_range=f'"{digest}"')[0] == 206


def test_who_has_it_already_is_told_so(fetch, digest):
    status, headers, body = fetch(f"/media/{digest}", if_none_match=f'"{digest}"')

    assert (status, body) == (304, b"")
    assert headers["etag"] == f'"{digest}"'


def test_head_tells_the_same_without_the_content(fetch, digest):
    status, headers, body = fetch(f"/media/{digest}", method="HEAD")

    assert (status, body) == (200, b"")
    assert headers["content-length"] == str(len(CONTENT))


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS"])
def test_nothing_but_reading_is_possible(fetch, digest, method):
    assert fetch(f"/media/{digest}", method=method)[0] == 405


@pytest.mark.parametrize(
    "name", ["0" * 64, "x", "../settings", "%2e%2e", "", "A" * 64, "0" * 64 + "/x", "0" * 64 + ".json"]
)
def test_what_is_not_there_is_not_found(fetch, digest, name):
    status, headers, body = fetch(f"/media/{name}")

    assert (status, body) == (404, b"")
    assert headers["cache-control"] == "no-store"


def test_json_is_told_as_json_and_an_empty_file_is_served(fetch):
    assert fetch(f"/media/{store.put(b'{}')}")[1]["content-type"] == "application/json"
    empty = store.put(b"")
    assert fetch(f"/media/{empty}")[0] == 200
    assert fetch(f"/media/{empty}", range="bytes=0-")[0] == 416


def test_an_answer_that_is_abandoned_lets_go_of_the_file(digest):
    before = len(list(Path("/proc/self/fd").iterdir()))
    body = wsgi.serve({"REQUEST_METHOD": "GET", "PATH_INFO": f"/media/{digest}"}, lambda *_: None)
    next(iter(body))

    body.close()

    assert len(list(Path("/proc/self/fd").iterdir())) == before


def test_only_media_is_taken_before_django(digest):
    application = wsgi.before(lambda *_: [b"django"])

    assert application({"PATH_INFO": "/desk/"}, None) == [b"django"]
    assert b"".join(application({"REQUEST_METHOD": "GET", "PATH_INFO": f"/media/{digest}"}, lambda *_: None)) == CONTENT
