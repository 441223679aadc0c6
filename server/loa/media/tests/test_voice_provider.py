import ipaddress
import json
import logging
import ssl
import threading
import time
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from loa.media import refusals, speech, store
from loa.media.rules import Region
from loa.media.tests import sounds
from loa.media.voices import provider, providers

TEXT = "Mời bà con họp thôn lúc 19h30. Xin cảm ơn."
KEY = "khoa-bi-mat-7f3a"
VOICE = "http:tinh:lan-nu"


class Elsewhere:
    """A provider on this machine that really answers over HTTP, each time with the next of `answers`."""

    def __init__(self, sound):
        self.sound = sound
        self.asked = []
        self.answers = []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                outer.asked.append((self.path, dict(self.headers), body))
                (outer.answers.pop(0) if outer.answers else outer.well)(self)

            def log_message(self, *args):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.thread = threading.Thread(target=self.server.serve_forever, daemon=True)
        self.thread.start()
        self.scheme = "http"

    @property
    def url(self):
        return f"{self.scheme}://127.0.0.1:{self.server.server_port}/read"

    def well(self, request, *, kind="audio/mpeg", content=None):
        content = self.sound if content is None else content
        request.send_response(200)
        request.send_header("Content-Type", kind)
        request.send_header("Content-Length", str(len(content)))
        request.end_headers()
        request.wfile.write(content)

    def close(self):
        self.server.shutdown()
        self.server.server_close()


def status(code, **headers):
    def answer(request):
        request.send_response(code)
        for name, value in headers.items():
            request.send_header(name, value)
        request.send_header("Content-Length", "0")
        request.end_headers()

    return answer


def slow(request):
    time.sleep(1.5)


def endless(request):
    request.send_response(200)
    request.send_header("Content-Type", "audio/mpeg")
    request.end_headers()
    try:
        while True:
            request.wfile.write(b"\0" * 65_536)
    except OSError:
        pass


@pytest.fixture(scope="module")
def said(tmp_path_factory):
    file = tmp_path_factory.mktemp("said") / "said.mp3"
    return sounds.write(file, sounds.speechlike(4), container="mp3", codec="libmp3lame").read_bytes()


@pytest.fixture
def elsewhere(said):
    server = Elsewhere(said)
    yield server
    server.close()


@pytest.fixture
def named(settings, tmp_path, elsewhere):
    def name(**changes):
        (tmp_path / "tinh.key").write_text(f"{KEY}\n")
        entry = {
            "slug": "tinh", "name_vi": "Trung tâm giọng nói", "name_en": "Speech centre", "url": elsewhere.url,
            "key_file": "tinh.key", "timeout_s": 0.5,
            "voices": [{"name": "lan-nu", "label_vi": "Giọng Lan", "label_en": "Lan", "region": "north",
                        "gender": "female"}],
            **changes,
        }  # fmt: skip
        file = tmp_path / f"providers-{time.monotonic_ns()}.json"
        file.write_text(json.dumps([entry]), encoding="utf-8")
        settings.LOA_VOICE_PROVIDERS_FILE = str(file)

    name()
    return name


def test_a_text_is_read_elsewhere_and_brought_to_level(named, elsewhere):
    clip = speech.speak(TEXT, voice=VOICE, speed=1.2)

    assert (clip.voice, clip.speed) == (VOICE, 1.2)
    assert sounds.loudness_lufs(sounds.read(store.path(clip.sha256))) == pytest.approx(-16, abs=1)
    ((path, headers, body),) = elsewhere.asked
    assert path == "/read"
    assert headers["Authorization"] == f"Bearer {KEY}"
    assert body == {"text": " ".join(body["text"].split()), "voice": "lan-nu", "speed": 1.2}
    assert "mười chín giờ ba mươi" in body["text"]


def test_what_was_read_once_is_not_asked_for_again(named, elsewhere):
    first = speech.speak(TEXT, voice=VOICE)

    assert speech.speak(TEXT, voice=VOICE) == first
    assert len(elsewhere.asked) == 1

    named(version="2")
    speech.speak(TEXT, voice=VOICE)
    assert len(elsewhere.asked) == 2


def test_the_request_has_the_shape_the_provider_wants(named, elsewhere):
    named(
        fields={"input": "{text}", "o": {"rate": "{speed}", "who": ["{voice}"], "f": "mp3"}},
        key_header="api-key",
        key_prefix="",
    )

    speech.speak(TEXT, voice=VOICE)

    _path, headers, body = elsewhere.asked[0]
    assert {name.lower(): value for name, value in headers.items()}["api-key"] == KEY
    assert (set(body), body["o"]) == ({"input", "o"}, {"rate": 1.0, "who": ["lan-nu"], "f": "mp3"})


def test_marks_in_the_text_are_only_text(named, elsewhere):
    speech.speak('Xin chào {voice} "}, bà con', voice=VOICE)

    assert set(elsewhere.asked[0][2]) == {"text", "voice", "speed"}
    assert elsewhere.asked[0][2]["voice"] == "lan-nu"


@pytest.mark.parametrize("first", [status(500), status(503), slow], ids=["500", "503", "slow"])
def test_a_provider_that_stumbles_is_asked_once_more(named, elsewhere, first):
    elsewhere.answers = [first]

    assert speech.speak(TEXT, voice=VOICE).voice == VOICE
    assert len(elsewhere.asked) == 2


@pytest.mark.parametrize(
    ("answer", "times"),
    [
        (status(500), 2),
        (slow, 2),
        (status(401), 1),
        (status(302, Location="http://127.0.0.1:9/"), 1),
        (status(200), 2),
        (lambda request: Elsewhere.well(None, request, kind="text/html", content=b"<html>"), 2),
        (lambda request: Elsewhere.well(None, request, content=b""), 2),
    ],
    ids=["500", "slow", "401", "elsewhere again", "no type", "a page", "nothing"],
)
def test_a_provider_that_fails_is_told_and_no_other_voice_reads(named, elsewhere, caplog, answer, times):
    elsewhere.answers = [answer, answer]

    with caplog.at_level(logging.DEBUG), pytest.raises(refusals.ProviderAway):
        speech.speak(TEXT, voice=VOICE)

    assert len(elsewhere.asked) == times
    assert list(store.verify()) == []
    told = " ".join(f"{record.getMessage()} {record.__dict__}" for record in caplog.records)
    assert "provider of a voice failed" in told
    assert KEY not in told
    assert "mười chín" not in told


def test_an_answer_without_end_is_cut_off(named, elsewhere, monkeypatch):
    monkeypatch.setattr(provider, "ANSWER_MOST_BYTES", 1_000_000)
    elsewhere.answers = [endless, endless]

    with pytest.raises(refusals.ProviderAway):
        speech.speak(TEXT, voice=VOICE)


def test_an_answer_that_only_says_it_is_sound_is_refused_as_an_upload_is(named, elsewhere):
    elsewhere.answers = [lambda request: elsewhere.well(request, content=b"#EXTM3U\nfile:///etc/passwd")]

    with pytest.raises(refusals.NotAudio):
        speech.speak(TEXT, voice=VOICE)


def test_nobody_there_is_a_refusal(named, elsewhere):
    elsewhere.close()

    with pytest.raises(refusals.ProviderAway):
        speech.speak(TEXT, voice=VOICE)


def certified(folder):
    """A certificate for 127.0.0.1 that is its own authority."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "giong.test")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    (folder / "ca.pem").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    (folder / "both.pem").write_bytes(private + made.public_bytes(serialization.Encoding.PEM))


def test_only_a_provider_whose_certificate_is_trusted_gets_the_text(named, elsewhere, tmp_path):
    certified(tmp_path)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(tmp_path / "both.pem")
    elsewhere.server.socket = context.wrap_socket(elsewhere.server.socket, server_side=True)
    elsewhere.scheme = "https"

    named(url=elsewhere.url)
    with pytest.raises(refusals.ProviderAway):
        speech.speak(TEXT, voice=VOICE)
    assert elsewhere.asked == []

    named(url=elsewhere.url, ca_file="ca.pem", timeout_s=5)
    assert speech.speak(TEXT, voice=VOICE).voice == VOICE


@pytest.mark.django_db
def test_a_voice_elsewhere_says_that_the_text_leaves(named):
    (voice,) = [one for one in speech.voices() if one.engine == "http"]

    assert voice.leaves
    assert (voice.region, voice.gender) == (Region.NORTH, "female")
    assert "Trung tâm giọng nói" in voice.label or "Speech centre" in voice.label


@pytest.mark.parametrize(
    "wrong",
    [
        {"url": "http://speech.example.vn/"},
        {"url": "file:///etc/passwd"},
        {"slug": "../x"},
        {"slug": "quite-a-long-slug"},
        {"voices": [{"name": "a b", "label_vi": "x", "label_en": "x"}]},
        {"voices": [{"name": "a", "label_vi": "x", "label_en": "x", "region": "west"}]},
        {"key_file": "nowhere.key"},
        {"voices": "x"},
    ],
    ids=str,
)
def test_a_file_that_cannot_be_meant_is_refused_with_its_name(named, settings, wrong):
    named(**wrong)

    with pytest.raises(providers.BadProviders):
        providers.named()


def test_a_dialogue_may_be_half_here_and_half_elsewhere(named, elsewhere):
    clip = speech.speak("Hỏi: Khi nào?\nĐáp: Ngày mai.\nHỏi: Ở đâu?", voice="espeak:vi", second_voice=VOICE)

    assert clip.voice == f"espeak:vi+{VOICE}"
    assert len(elsewhere.asked) == 1
    assert elsewhere.asked[0][2]["text"].startswith("Ngày mai")
