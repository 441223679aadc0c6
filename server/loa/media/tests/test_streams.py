"""Taking streams in: where they may lead, what a list of pieces may say, and what comes out."""

import itertools
import socket
import time
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest

from loa.media.streams import addresses, fetching, playlist
from loa.media.streams.faults import Fault, StreamBroken
from loa.media.streams.fetching import Kind
from loa.media.streams.intake import AHEAD_MOST, Intake, Source
from loa.media.tests.streams import station, tone


@pytest.fixture
def allowed(settings):
    """Name this machine as one from which streams may come."""
    settings.LOA_STREAM_HOSTS = ["127.0.0.1", "radio.example.vn", "*.vov.example"]
    settings.LOA_STREAM_NETWORKS = ["127.0.0.0/8"]
    return settings


@pytest.fixture
def there(allowed):
    with station() as made:
        yield made


def fetched(address, kind=Kind.HTTP, *, most=10_000):
    found, fault = [], None
    try:
        found.extend(itertools.islice(fetching.pieces(address, kind, wait=lambda _s: False), most))
    except StreamBroken as broken:
        fault = broken.fault
    return b"".join(found), fault


@pytest.mark.parametrize(
    "address",
    [
        "file:///etc/passwd",
        "concat:http://127.0.0.1/a|http://127.0.0.1/b",
        "ftp://127.0.0.1/a",
        "//127.0.0.1/a",
        "https://",
        "https://other.example.vn/a",
        "https://radio.example.vn.evil.test/a",
        "https://vov.example/a",
        "https://evilvov.example/a",
        "https://user:word@radio.example.vn/a",
        "https://radio.example.vn@evil.test/a",
        "https://radio.example.vn:99999/a",
        "https://radio.example.vn/a b",
        "https://radio.example.vn/a\r\nHost: evil.test",
        "https://[::ffff:127.0.0.1/",
        "https://radio.example.vn/" + "a" * 400,
        "",
    ],
)
def test_an_address_that_is_not_on_the_list_or_none_is_refused(allowed, address):
    with pytest.raises(StreamBroken) as broken:
        addresses.read(address)

    assert broken.value.fault is Fault.ADDRESS


@pytest.mark.parametrize(
    "address", ["https://radio.example.vn/a?b=c", "https://RADIO.example.vn./", "https://a.b.vov.example/"]
)
def test_a_host_the_operator_named_may_be_asked(allowed, address):
    assert addresses.read(address).scheme == "https"


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0",  # noqa: S104 - judged, not bound to
        "255.255.255.255", "224.0.0.1", "::1", "::", "fe80::1%eth0", "fd00::1", "ff02::1", "::ffff:127.0.0.1",
        "::ffff:169.254.169.254", "2002:7f00:0001::", "64:ff9b:1::1", "64:ff9b::7f00:1", "no address",
    ],
)  # fmt: skip
def test_no_line_goes_into_a_network_that_is_not_public(settings, address):
    settings.LOA_STREAM_NETWORKS = []

    assert not addresses.is_allowed(address, scheme="https")


def test_a_public_address_is_asked_over_tls_only_unless_the_operator_named_its_network(settings):
    settings.LOA_STREAM_NETWORKS = []
    assert addresses.is_allowed("1.1.1.1", scheme="https")
    assert not addresses.is_allowed("1.1.1.1", scheme="http")

    settings.LOA_STREAM_NETWORKS = ["1.1.1.0/24", "10.0.0.0/8"]
    assert addresses.is_allowed("1.1.1.1", scheme="http")
    assert addresses.is_allowed("10.9.9.9", scheme="http")
    assert not addresses.is_allowed("192.168.0.1", scheme="http")


def test_a_name_that_answers_with_an_address_of_our_own_leads_nowhere(settings, monkeypatch):
    settings.LOA_STREAM_HOSTS, settings.LOA_STREAM_NETWORKS = ["radio.example.vn"], []
    answers = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (place, 443)) for place in ("1.1.1.1", "127.0.0.1")]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_a, **_k: answers)  # what a hostile name server would say

    with pytest.raises(StreamBroken) as broken:
        addresses.connect(addresses.read("https://radio.example.vn/a"), timeout_s=1)

    assert broken.value.fault is Fault.ADDRESS


def test_a_stream_is_fetched_to_its_end(there):
    radio, url = there
    radio.places["/a"] = b"sound" * 10_000

    assert fetched(f"{url}/a") == (b"sound" * 10_000, Fault.ENDED)


def test_a_redirect_is_followed_where_it_may_lead(there):
    radio, url = there
    radio.places |= {"/a": "/b", "/b": f"{url}/c", "/c": b"sound"}

    assert fetched(f"{url}/a") == (b"sound", Fault.ENDED)


@pytest.mark.parametrize(
    "place",
    [
        "http://10.0.0.1/a",
        "http://169.254.169.254/latest/meta-data/",
        "http://localhost/a",
        "http://[::1]/a",
        "file:///etc/passwd",
    ],
)
def test_a_redirect_to_a_place_of_our_own_is_not_followed(there, place):
    radio, url = there
    radio.places["/a"] = place

    assert fetched(f"{url}/a") == (b"", Fault.ADDRESS)
    assert radio.asked == ["/a"]


def test_redirects_without_end_are_given_up(there):
    radio, url = there
    radio.places["/a"] = "/a"

    assert fetched(f"{url}/a") == (b"", Fault.REFUSED)
    assert len(radio.asked) == fetching.HOPS_MOST + 1


def test_who_does_not_answer_or_says_no_gives_no_sound(there):
    _radio, url = there

    assert fetched(f"{url}/nothing") == (b"", Fault.REFUSED)
    assert fetched("http://127.0.0.1:9/a") == (b"", Fault.UNREACHABLE)


def listed(*pieces, first=0, over=True, more=""):
    head = f"#EXTM3U\n#EXT-X-TARGETDURATION:6\n#EXT-X-MEDIA-SEQUENCE:{first}\n{more}"
    body = "".join(f"#EXTINF:6,\n{piece}\n" for piece in pieces)
    return (head + body + ("#EXT-X-ENDLIST\n" if over else "")).encode()


def test_the_pieces_of_a_list_come_one_after_the_other(there):
    radio, url = there
    master = b"#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=900000\nhigh.m3u8\n#EXT-X-STREAM-INF:BANDWIDTH=64000\nlow/l.m3u8\n"
    radio.places |= {
        "/m.m3u8": master,
        "/low/l.m3u8": listed("1.aac", "2.aac", "/3.aac"),
        "/low/1.aac": b"1", "/low/2.aac": b"2", "/3.aac": b"3",
    }  # fmt: skip

    assert fetched(f"{url}/m.m3u8", Kind.HLS) == (b"123", Fault.ENDED)


def test_a_running_list_is_joined_near_its_end_and_asked_again(there):
    radio, url = there
    radio.places |= {f"/{number}.aac": str(number).encode() for number in range(10, 20)}
    lists = [listed(*(f"{n}.aac" for n in range(10, 16)), first=10, over=False), listed("15.aac", "16.aac", first=15)]

    def answer(request):
        request.wfile.write(lists.pop(0))

    radio.places["/l"] = answer

    assert fetched(f"{url}/l", Kind.HLS) == (b"13141516", Fault.ENDED)


@pytest.mark.parametrize(
    "piece", ["http://10.0.0.1/1.aac", "file:///etc/passwd", "https://evil.test/1.aac", "http://localhost/1"]
)
def test_a_piece_that_lies_elsewhere_is_not_fetched(there, piece):
    radio, url = there
    radio.places["/l"] = listed(piece)

    assert fetched(f"{url}/l", Kind.HLS) == (b"", Fault.ADDRESS)


@pytest.mark.parametrize(
    "content",
    [
        b"", b"\xff\xfe", b"<html>", b"#EXTM3U", b"#EXTM3U\n#EXT-X-TARGETDURATION:0\na\n",
        b"#EXTM3U\n#EXT-X-TARGETDURATION:99999\na\n", b"#EXTM3U\n#EXT-X-TARGETDURATION:-6\na\n",
        b"#EXTM3U\n#EXT-X-TARGETDURATION:6\n#EXT-X-MEDIA-SEQUENCE:" + b"9" * 40 + b"\na\n",
        b"#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\n", b"#EXTM3U\n#EXT-X-STREAM-INF:X=1\na\n",
        listed("a", more='#EXT-X-KEY:METHOD=AES-128,URI="file:///etc/passwd"\n'),
        listed("a", more="#EXT-X-BYTERANGE:1@2\n"), listed("a", more="#EXT-X-MAP:URI=\n"),
        b"#EXTM3U\n" + b"\n" * 4_000, listed(*["a"] * 1_001),
    ],
)  # fmt: skip
def test_a_hostile_list_is_refused(content):
    with pytest.raises(StreamBroken) as broken:
        playlist.read(content)

    assert broken.value.fault is Fault.PLAYLIST


def test_a_list_that_leads_to_itself_is_given_up(there):
    radio, url = there
    radio.places["/l"] = b"#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\nl\n"

    assert fetched(f"{url}/l", Kind.HLS) == (b"", Fault.PLAYLIST)


def test_an_endless_list_and_an_endless_piece_are_cut_off(there):
    radio, url = there
    radio.places |= {
        "/l": b"#EXTM3U\n" + b"# " * fetching.PLAYLIST_MOST_BYTES,
        "/k": listed("big"),
        "/big": bytes(fetching.PIECE_MOST_BYTES + 1),
    }

    assert fetched(f"{url}/l", Kind.HLS) == (b"", Fault.TOO_LARGE)
    assert fetched(f"{url}/k", Kind.HLS) == (b"", Fault.TOO_LARGE)


def taken(source, *, blocks, within_s=15.0):
    """Take so many blocks in, as they come; return them and the intake, which is closed."""
    intake, found = Intake(source, lasts=timedelta(minutes=1)), []
    intake.start()
    until = time.monotonic() + within_s
    try:
        while len(found) < blocks and time.monotonic() < until:
            found += intake.take(4) or []
            time.sleep(0.02)
    finally:
        intake.close()
    return found, intake


@pytest.mark.parametrize(
    ("container", "codec"), [("mp3", "mp3"), ("ogg", "libopus"), ("adts", "aac"), ("mpegts", "aac")]
)
def test_a_tone_comes_out_as_that_tone_at_level(there, container, codec):
    radio, url = there
    radio.places["/a"] = radio.live(tone(8, container=container, codec=codec), lasts_s=8)

    found, _ = taken(Source(address=f"{url}/a", kind=Kind.HTTP, lufs=-16.0), blocks=40)

    sound = np.frombuffer(b"".join(block.samples for block in found), "<i2").astype(float)
    strength = np.abs(np.fft.rfft(sound * np.hanning(len(sound))))
    assert abs(int(np.argmax(strength)) * 48_000 / len(sound) - 440) < 2
    assert -25 < found[-1].level_dbfs < -15
    assert np.abs(sound).max() < 0.9 * 32_768


def test_what_is_no_sound_comes_to_nothing_and_says_so(there):
    radio, url = there
    radio.places["/a"] = b"<html>" * 100_000

    found, intake = taken(Source(address=f"{url}/a", kind=Kind.HTTP, lufs=-16.0), blocks=1, within_s=4.0)

    assert found == []
    assert intake.fault in {Fault.NOT_SOUND, Fault.ENDED}


def test_a_list_of_lists_that_hides_as_sound_opens_no_file(there, tmp_path):
    radio, url = there
    secret = tmp_path / "secret.mp3"
    secret.write_bytes(tone(3))
    radio.places["/a"] = listed(f"file://{secret}") * 50

    found, _ = taken(Source(address=f"{url}/a", kind=Kind.HTTP, lufs=-16.0), blocks=1, within_s=4.0)

    assert found == []


def test_after_a_cut_it_is_fetched_again_by_itself(there):
    radio, url = there
    radio.places["/a"] = tone(3)

    found, _ = taken(Source(address=f"{url}/a", kind=Kind.HTTP, lufs=-16.0), blocks=44, within_s=30.0)

    assert len(found) >= 44
    assert radio.asked.count("/a") >= 2


@pytest.mark.parametrize("hostile", ["swells", "never_ends"])
def test_a_stream_that_swells_or_never_ends_is_taken_in_no_faster_than_it_is_heard(there, hostile):
    radio, url = there
    sent, swelling, loud = [], tone(300, amplitude=0.0, container="flac", codec="flac"), tone(20)

    def pour(request):
        while not radio.stopping.is_set():
            request.wfile.write(loud)
            sent.append(len(loud))

    radio.places["/a"] = swelling if hostile == "swells" else pour
    intake = Intake(Source(address=f"{url}/a", kind=Kind.HTTP, lufs=-16.0), lasts=timedelta(minutes=1))
    intake.start()
    most_mb, until = 0.0, time.monotonic() + 20
    try:
        while len(intake._ready) < AHEAD_MOST and time.monotonic() < until:
            most_mb = max(most_mb, _resident_mb(intake))
            time.sleep(0.05)
        time.sleep(1.0)  # whatever is not held back comes now

        assert len(intake._ready) == AHEAD_MOST
        assert 0 < most_mb < 400
        assert len(swelling) < 1_000_000 or hostile != "swells"
        assert sum(sent) < 40_000_000
    finally:
        began = time.monotonic()
        intake.close()
    assert time.monotonic() - began < 8


def _resident_mb(intake):
    """How much of the machine the child has that decodes; 0 when there is none just now."""
    file = Path(f"/proc/{intake._child.pid}/status") if intake._child is not None else None
    told = file.read_text().splitlines() if file is not None and file.exists() else []
    return next((int(line.split()[1]) for line in told if line.startswith("VmRSS")), 0) / 1024
