import os
import urllib.error
import urllib.request

import pytest

from loa.media import bench, store

pytestmark = pytest.mark.system

CONTENT = b"OggS" + os.urandom(2_000_000)


@pytest.fixture
def port(settings, tmp_path):
    if bench.nginx_program() is None:
        pytest.fail("nginx is not installed: apt-get install nginx")
    settings.MEDIA_FOLDER.mkdir(parents=True)
    with (
        bench.granian(settings.LOA_HOME) as web_port,
        bench.nginx(settings.MEDIA_FOLDER, tmp_path / "nginx", web_port=web_port) as port,
    ):
        yield port


def fetch(port, path, method="GET", **headers):
    request = urllib.request.Request(f"http://127.0.0.1:{port}{path}", method=method, headers=headers)
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310 - as above
            return answer.status, answer.headers, answer.read()
    except urllib.error.HTTPError as refusal:
        with refusal:
            return refusal.status, refusal.headers, refusal.read()


def test_the_shipped_configuration_serves_the_store_as_our_own_server_does(port):
    clip, plan = store.put(CONTENT), store.put(b'{"plan":1}')
    tag = f'"{clip}"'

    status, headers, body = fetch(port, f"/media/{clip}", Range="bytes=1000-1999")
    assert (status, body) == (206, CONTENT[1000:2000])
    assert headers["Content-Range"] == f"bytes 1000-1999/{len(CONTENT)}"
    assert headers["ETag"] == tag
    assert headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert headers["Content-Type"] == "audio/ogg"

    assert fetch(port, f"/media/{clip}")[2] == CONTENT
    assert fetch(port, f"/media/{clip}", method="HEAD")[1]["Content-Length"] == str(len(CONTENT))
    assert fetch(port, f"/media/{plan}")[1]["Content-Type"] == "application/json"
    assert fetch(port, f"/media/{clip}", **{"If-None-Match": tag})[0] == 304
    assert fetch(port, f"/media/{clip}", Range="bytes=0-9", **{"If-Range": tag})[0] == 206
    assert fetch(port, f"/media/{clip}", Range="bytes=99999999-")[0] == 416
    assert fetch(port, f"/media/{clip}", method="DELETE")[0] == 403
    assert fetch(port, "/media/" + "0" * 64)[0] == 404


def test_the_store_shows_nothing_but_digests_and_the_rest_goes_to_the_program(port):
    clip = store.put(CONTENT)

    for path in (
        f"/media/{clip}.json",
        f"/media/../media/{clip[:2]}/{clip[2:4]}/{clip}",
        "/media/",
        f"/media/{clip[:2]}/",
        "/desk/",
    ):
        status, headers, _ = fetch(port, path)
        assert (status, headers["Server"] != "") == (404, True)
        assert headers["Cache-Control"] == "no-store", "answered by the program behind nginx"


def test_the_bench_measures_both_and_gets_every_byte():
    figures = bench.run({"size_mb": 4, "total_mb": 16})

    assert figures["read_bytes"] == 16 * 1024 * 1024
    assert figures["nginx_mb_s"] > 0
    assert figures["without_nginx_mb_s"] > 0
