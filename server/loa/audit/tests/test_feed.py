import json
import queue
import re
import select
import shutil
import socket
import ssl
import subprocess
import threading
import time
from contextlib import closing, suppress
from datetime import UTC, datetime, timedelta

import psycopg
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from django.db import connection, transaction

from loa.audit import commands, feed, syslog
from loa.audit.models import Entry, Feed
from loa.audit.tests.making import PLACE, SYSTEM, append
from loa.dispatch.tests.making import NOW

HOSTILE = 'x" ] \\ "] <1>1 - - đ🔊\n[evil@1 a="b"]'


class Kept:
    """A receiver that keeps what it hears, and fails as often as told."""

    name = "kept"

    def __init__(self, failing=0):
        self.heard, self.failing = [], failing

    def tell(self, entries):
        if self.failing:
            self.failing -= 1
            raise ConnectionRefusedError("nobody there")
        self.heard += [entry.detail.get("number") for entry in entries]

    def close(self):
        pass


def parsed(message):
    """A syslog message by the grammar of RFC 5424, written from the text of the standard."""
    text = message.decode("utf-8")
    head = re.match(r"<(\d{1,3})>1 (\S+) (\S+) (\S+) (\S+) (\S+) ", text)
    assert head, text
    priority, at, host, app, process, kind = head.groups()
    assert 0 <= int(priority) <= 191
    assert len(host) <= 255
    assert len(app) <= 48
    assert len(process) <= 128
    assert len(kind) <= 32
    datetime.fromisoformat(at)
    place, data = head.end(), {}
    while text[place] == "[":
        name = re.compile(r"\[([^ =\]\"]{1,32})").match(text, place)
        place = name.end()
        data[name.group(1)] = here = {}
        while text[place] == " ":
            pair = re.compile(r' ([^ =\]"]{1,32})="((?:[^"\\\]]|\\["\\\]])*)"').match(text, place)
            assert pair, text[place:]
            here[pair.group(1)] = re.sub(r'\\(["\\\]])', r"\1", pair.group(2))
            place = pair.end()
        assert text[place] == "]"
        place += 1
    assert text[place : place + 2] == " \ufeff"
    return {"priority": int(priority), "at": at, "host": host, "app": app, "kind": kind, "data": data,
            "text": text[place + 2 :]}  # fmt: skip


def split(stream):
    """The messages of an octet-counted stream, RFC 6587 3.4.1."""
    while stream:
        count, _, rest = stream.partition(b" ")
        yield rest[: int(count)]
        stream = rest[int(count) :]


@pytest.fixture
def settled(transactional_db):
    for number in range(3):
        append(number)


def test_entries_are_told_once_in_their_order_and_the_next_turn_goes_on_behind_them(settled):
    kept = Kept()

    assert feed.turn(kept, now=NOW) == 3
    assert feed.turn(kept, now=NOW) == 0
    append(3)
    assert feed.turn(kept, now=NOW) == 1

    assert kept.heard == [0, 1, 2, 3]


def test_what_could_not_be_told_is_told_again(settled):
    kept = Kept(failing=1)

    with pytest.raises(ConnectionRefusedError):
        feed.turn(kept, now=NOW)
    assert feed.turn(kept, now=NOW) == 3

    assert kept.heard == [0, 1, 2]


def test_an_entry_that_is_committed_later_is_not_passed_over(settled):
    kept = Kept()
    feed.turn(kept, now=NOW)
    other = psycopg.connect(**{
        name: value for name, value in connection.get_connection_params().items()
        if name in {"host", "user", "dbname", "password", "port"}
    })  # fmt: skip
    with closing(other):
        other.execute("SELECT pg_current_xact_id()")  # began before the next entry, and writes after it
        append(4)
        assert feed.turn(kept, now=NOW) == 0
        facts = [commands._facts(commands.Act(
            scope=SYSTEM, action="room.act", target=commands.WHOLE, result="done", detail={"number": 5}
        ))]  # fmt: skip
        other.execute("SELECT audit_append(%s::jsonb)", [json.dumps(facts)])
        other.commit()

    assert feed.turn(kept, now=NOW) == 2
    assert sorted(kept.heard) == [0, 1, 2, 4, 5]


def test_after_a_restore_the_feed_goes_on_although_transaction_numbers_began_anew(settled):
    kept = Kept()
    feed.turn(kept, now=NOW)
    Feed.objects.update(txid=2**40)
    append(7)
    assert feed.turn(kept, now=NOW) == 0

    commands.begin_feeds_anew()
    append(8)

    assert feed.turn(kept, now=NOW) == 1
    assert kept.heard[-1] == 8


def test_the_loop_tells_goes_on_after_a_failure_and_stops_when_told(settled, monkeypatch):
    monkeypatch.setattr(feed, "IDLE_S", 0.01)
    kept, stopping = Kept(failing=2), threading.Event()
    loop = threading.Thread(target=feed.keep_going, args=[stopping], kwargs={"make": lambda: [kept]})
    loop.start()
    deadline = time.monotonic() + 20
    while len(kept.heard) < 3 and time.monotonic() < deadline:
        threading.Event().wait(0.02)
    stopping.set()
    loop.join(10)

    assert kept.heard == [0, 1, 2]
    assert not loop.is_alive()


def test_of_two_loops_one_tells(settled, monkeypatch):
    monkeypatch.setattr(feed, "IDLE_S", 0.01)
    first, second, stopping = Kept(), Kept(), threading.Event()
    loops = [
        threading.Thread(target=feed.keep_going, args=[stopping], kwargs={"make": lambda one=one: [one]})
        for one in (first, second)
    ]
    for loop in loops:
        loop.start()
    deadline = time.monotonic() + 20
    while len(first.heard) + len(second.heard) < 3 and time.monotonic() < deadline:
        threading.Event().wait(0.02)
    stopping.set()
    for loop in loops:
        loop.join(10)

    assert sorted([first.heard, second.heard]) == [[], [0, 1, 2]]


def test_lines_of_json_hold_what_the_entry_holds(settled, tmp_path, settings):
    settings.LOA_AUDIT_FEED = str(tmp_path / "feed.jsonl")
    with transaction.atomic():
        commands.append(SYSTEM, "room.act", PLACE, result="denied", detail={"number": 3, "words": HOSTILE})
    (receiver,) = feed.receivers()

    feed.turn(receiver, now=NOW)

    lines = [json.loads(line) for line in (tmp_path / "feed.jsonl").read_text().splitlines()]
    entry = Entry.objects.order_by("pk").last()
    assert [line["detail"]["number"] for line in lines] == [0, 1, 2, 3]
    assert (lines[3]["result"], lines[3]["digest"], lines[3]["detail"]) == ("denied", entry.digest, entry.detail)


def test_a_file_that_cannot_be_written_is_tried_again(settled, tmp_path, settings):
    settings.LOA_AUDIT_FEED = str(tmp_path / "missing" / "feed.jsonl")
    (receiver,) = feed.receivers()

    assert feed._try(receiver, 0.0) > feed.IDLE_S
    (tmp_path / "missing").mkdir()
    assert feed._try(receiver, 4.0) == feed.IDLE_S
    assert len((tmp_path / "missing" / "feed.jsonl").read_text().splitlines()) == 3


def test_a_message_reads_back_by_the_grammar_whatever_it_holds(db):
    with transaction.atomic():
        commands.append(
            SYSTEM, "room.act_with_a_name_that_is_longer_than_a_header_may_be", commands.WHOLE, result="denied",
            detail={"words": HOSTILE},
        )  # fmt: skip
    entry = Entry.objects.get()
    entry.actor_name = HOSTILE

    read = parsed(syslog.message(entry).encode())

    facts = read["data"]["loa@32473"]
    assert (facts["name"], facts["result"], facts["id"]) == (HOSTILE, "denied", str(entry.pk))
    assert json.loads(facts["detail"])["words"] == entry.detail["words"]
    assert read["priority"] == 13 * 8 + 4
    assert "\n" not in read["text"]


def test_udp_carries_a_message_a_datagram(settled):
    with closing(socket.socket(socket.AF_INET, socket.SOCK_DGRAM)) as there:
        there.bind(("127.0.0.1", 0))
        there.settimeout(10)
        sender = syslog.Sender(f"udp://127.0.0.1:{there.getsockname()[1]}")

        feed.turn(sender, now=NOW)
        heard = [parsed(there.recv(65536))["data"]["loa@32473"]["position"] for _ in range(3)]
        sender.close()

    assert heard == ["1", "2", "3"]


class Receiver:
    """Takes connections on a port of its own, one after the other, and keeps the bytes of each that has ended."""

    def __init__(self, wrap=lambda plain: plain):
        self._server, self._wrap = socket.create_server(("127.0.0.1", 0)), wrap
        self._told, self._telling = socket.socketpair()
        self._ended = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self.port = self._server.getsockname()[1]
        self._thread.start()

    def _serve(self):
        while self._server in (ready := select.select([self._server, self._told], [], [])[0]):
            plain, _ = self._server.accept()
            heard = b""
            with suppress(ssl.SSLError, ConnectionError), closing(self._wrap(plain)) as there:
                there.settimeout(10)
                while got := there.recv(65536):
                    heard += got
            self._ended.put(heard)
        assert ready == [self._told]

    def next(self):
        """The bytes of the next connection, once it has ended."""
        return self._ended.get(timeout=10)

    def close(self):
        self._telling.close()
        self._thread.join(10)
        for one in (self._server, self._told):
            one.close()


def test_tcp_counts_octets(settled):
    with closing(Receiver()) as receiver:
        sender = syslog.Sender(f"tcp://127.0.0.1:{receiver.port}")

        feed.turn(sender, now=NOW)
        sender.close()
        heard = receiver.next()

    assert [parsed(one)["data"]["loa@32473"]["position"] for one in split(heard)] == ["1", "2", "3"]


def certificate(folder):
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
        .serial_number(7).not_valid_before(now - timedelta(hours=1)).not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    (folder / "cert.pem").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    (folder / "key.pem").write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return folder / "cert.pem", folder / "key.pem"


@pytest.mark.parametrize("is_trusted", [True, False])
def test_tls_tells_only_a_receiver_it_was_told_to_trust(settled, tmp_path, is_trusted):
    cert, key = certificate(tmp_path)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(cert, key)
    authority = f"?ca={cert}" if is_trusted else ""
    with closing(Receiver(lambda plain: context.wrap_socket(plain, server_side=True))) as receiver:
        sender = syslog.Sender(f"tls://localhost:{receiver.port}{authority}")

        if is_trusted:
            feed.turn(sender, now=NOW)
        else:
            with pytest.raises(ssl.SSLCertVerificationError):
                feed.turn(sender, now=NOW)
        sender.close()
        heard = receiver.next()

    assert [parsed(one)["app"] for one in split(heard)] == ["loa"] * (3 if is_trusted else 0)


def test_a_receiver_that_hung_up_is_noticed_before_entries_are_lost(settled):
    with closing(Receiver()) as receiver:
        sender = syslog.Sender(f"tcp://127.0.0.1:{receiver.port}")
        feed.turn(sender, now=NOW)
        sender._socket.shutdown(socket.SHUT_WR)  # the receiver sees the end, and hangs up
        heard = receiver.next()
        append(3)

        assert feed._try(sender, 0.0) > feed.IDLE_S
        assert feed._try(sender, 4.0) == feed.IDLE_S
        sender.close()
        heard += receiver.next()

    assert [parsed(one)["data"]["loa@32473"]["position"] for one in split(heard)] == ["1", "2", "3", "4"]


@pytest.mark.parametrize("url", ["http://x:1", "tcp://", "syslog"])
def test_an_address_that_is_none_is_refused(url):
    with pytest.raises(syslog.WrongAddress):
        syslog.Sender(url)


@pytest.mark.system
def test_rsyslog_understands_every_field(settled, tmp_path):
    with transaction.atomic():
        commands.append(SYSTEM, "room.act", PLACE, result="denied", detail={"words": 'ngoặc " và ]'})
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    kept = tmp_path / "kept.log"
    config = tmp_path / "rsyslog.conf"
    config.write_text(
        f'global(workDirectory="{tmp_path}")\n'
        'module(load="imtcp")\nmodule(load="mmpstrucdata")\n'
        'template(name="told" type="string" string="%app-name%|%msgid%|%syslogfacility-text%|'
        '%$!rfc5424-sd!loa@32473!result%|%$!rfc5424-sd!loa@32473!detail%|%protocol-version%\\n")\n'
        'action(type="mmpstrucdata")\n'
        f'action(type="omfile" file="{kept}" template="told")\n'
        f'input(type="imtcp" port="{port}" address="127.0.0.1")\n'
    )
    program = shutil.which("rsyslogd", path="/usr/sbin:/usr/bin:/sbin")
    server = subprocess.Popen([program, "-n", "-f", str(config), "-i", str(tmp_path / "pid")])
    try:
        sender = syslog.Sender(f"tcp://127.0.0.1:{port}")
        waited_s, deadline = 8.0, time.monotonic() + 30
        while waited_s > feed.IDLE_S and time.monotonic() < deadline:
            waited_s = feed._try(sender, 0.0)
        sender.close()
        while (not kept.exists() or kept.read_text().count("\n") < 4) and time.monotonic() < deadline:
            threading.Event().wait(0.05)
    finally:
        server.terminate()
        server.wait(10)

    lines = kept.read_text().splitlines()
    assert lines[0].startswith("loa|room.act|audit|done|")
    assert lines[-1].startswith("loa|room.act|audit|denied|")
    assert "ngoặc" in lines[-1]
    assert all(line.endswith("|1") for line in lines)
