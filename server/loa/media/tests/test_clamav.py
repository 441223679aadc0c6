import os
import socket
import struct
import tempfile
import threading
from contextlib import contextmanager
from pathlib import Path

import pytest

from loa.kernel import clock
from loa.media import intake, queries, refusals, releasing, scanning, store, tasks
from loa.media.clamav import ClamAV
from loa.media.ports import ScannerFailed, ScannerGaveUp
from loa.media.rules import Kind, VerdictState
from loa.media.tests import clamd, papers, sounds

real = pytest.mark.system


@pytest.fixture(scope="module")
def daemon():
    with clamd.running() as started:
        yield started


@pytest.fixture
def required(daemon, settings):
    settings.LOA_SCAN, settings.LOA_CLAMAV = "required", daemon.address
    return daemon


@contextmanager
def answering(*parts, reads=True):
    """A daemon that answers these bytes to whatever it is asked, one connection after the other, and hangs up."""
    folder = Path(tempfile.mkdtemp(prefix="loa-fake-clamd-"))
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(str(folder / "s"))
    listener.listen()

    def serve():
        for part in parts:
            line, _ = listener.accept()
            with line:
                asked = b""
                while reads and not asked.endswith((b"zVERSION\0", struct.pack("!I", 0))):
                    got = line.recv(65_536)
                    if not got:
                        break
                    asked += got
                line.sendall(part)

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield f"unix:{folder / 's'}"
    finally:
        listener.close()
        thread.join(timeout=5)


VERSION = b"ClamAV 1.4.6/27800/Mon Nov 23 09:00:00 2026\0"


@real
def test_clean_files_pass_and_the_engine_says_who_it_is(required, tmp_path):
    assert scanning.engine().startswith("ClamAV ")

    for content, name in ((papers.pdf(), "x.pdf"), (papers.docx(), "x.docx"), (papers.picture("PNG"), "x.png")):
        prepared = intake.document_from_upload(papers.written(tmp_path, content), name=name)
        assert prepared.engine.startswith("ClamAV ")


@real
@pytest.mark.parametrize(
    ("content", "name", "found"),
    [
        (papers.eicar(), "x.pdf", "Eicar-Test-Signature"),
        (papers.docx({"word/media/image1.bin": papers.eicar()}), "x.docx", "Eicar-Test-Signature"),
        (papers.docx({"word/media/a.png": clamd.MARK * 3}), "x.docx", "Loa.Test.Mark"),
        (papers.docx({"word/embeddings/inner.docx": papers.docx({"word/x.bin": papers.eicar()})}), "x.docx", "Eicar"),
        (papers.picture(comment=clamd.MARK), "x.jpg", "Loa.Test.Mark"),
        (papers.pdf() + b"\n%" + clamd.MARK, "x.pdf", "Loa.Test.Mark"),
    ],
    ids=["bare", "inside a DOCX", "packed", "two archives deep", "comment of a photo", "end of a PDF"],
)
def test_malicious_software_is_found_also_where_it_is_packed(required, tmp_path, content, name, found):
    assert papers.eicar() not in content or content == papers.eicar()

    with pytest.raises(refusals.Infected) as refused:
        intake.document_from_upload(papers.written(tmp_path, content), name=name)

    assert found in str(refused.value)
    assert list(store.verify()) == []


@real
def test_sound_is_searched_too_before_it_is_decoded(required, tmp_path):
    upload = sounds.write(tmp_path / "x.wav", sounds.speechlike(2), container="wav", codec="pcm_s16le")
    assert intake.from_upload(upload).duration_ms

    with upload.open("ab") as file:
        file.write(clamd.MARK)
    with pytest.raises(refusals.Infected):
        intake.from_upload(upload)

    not_even_sound = papers.written(tmp_path, clamd.MARK)
    with pytest.raises(refusals.Infected):
        intake.from_upload(not_even_sound)


@real
def test_what_the_daemon_does_not_look_through_does_not_pass(settings, tmp_path):
    with clamd.running(stream_max_mb=1) as small:
        settings.LOA_SCAN, settings.LOA_CLAMAV = "if-available", small.address
        large = papers.written(tmp_path, papers.pdf() + b"%" + os.urandom(3_000_000).hex().encode())

        with pytest.raises(refusals.ScanIncomplete):
            scanning.search(large)

        assert ClamAV(small.address).engine(), "and goes on"


@real
def test_an_archive_deeper_than_the_daemon_goes_does_not_pass(required, tmp_path):
    content = papers.docx()
    for _ in range(12):
        content = papers.docx({"word/inner.docx": content})

    with pytest.raises(refusals.ScanIncomplete):
        scanning.search(papers.written(tmp_path, content))


@real
@pytest.mark.django_db
def test_signatures_of_tomorrow_hold_back_what_came_in_today(required, world):
    document = papers.make_document(
        world, content=papers.pdf(lambda paper: setattr(paper.Root, "Lang", "vi-loa-later"))
    )
    assert b"vi-loa-later" in papers.written_bytes(document)

    required.later("Loa.Test.Later", b"vi-loa-later")

    # the number of a set of local signatures does not change: searched again as by a newer set
    queries.Verdict.objects.unscoped("test").create(document=document, engine="ClamAV of yesterday", at=clock.now())
    with pytest.raises(refusals.Quarantined):
        releasing.release(queries.document(world.officer, document.pk), now=clock.now())
    assert queries.verdict_of(queries.document(world.officer, document.pk)) is VerdictState.QUARANTINED
    assert tasks.search_again() == 0


@real
def test_many_at_once_are_each_answered(required, tmp_path):
    clean, bad = papers.written(tmp_path, papers.pdf(), "a"), papers.written(tmp_path, papers.eicar(), "b")
    found = {}

    def look(number):
        found[number] = ClamAV(required.address).search(bad if number % 2 else clean).name

    threads = [threading.Thread(target=look, args=(number,)) for number in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert found == {number: "Eicar-Test-Signature.UNOFFICIAL" if number % 2 else "" for number in range(12)}


@pytest.mark.parametrize(
    "address", ["unix:/nowhere/clamd.ctl", "tcp://127.0.0.1:1", "tcp://127.0.0.1", "ftp://x:1", "nonsense", "tcp://[:1"]
)
def test_a_daemon_that_is_not_there_lets_nothing_pass(settings, tmp_path, address):
    settings.LOA_SCAN, settings.LOA_CLAMAV = "required", address

    with pytest.raises(refusals.ScannerAway):
        intake.document_from_upload(papers.written(tmp_path, papers.pdf()), name="x.pdf")

    settings.LOA_SCAN = "if-available"
    assert intake.document_from_upload(papers.written(tmp_path, papers.pdf()), name="x.pdf").kind is Kind.PDF


@pytest.mark.parametrize(
    ("answer", "refusal"),
    [
        (b"", ScannerFailed),
        (b"stream: O", ScannerFailed),
        (b"stream: OK", ScannerFailed),
        (b"stream: FOUND\0", ScannerFailed),
        (b"\xff\xfe\0", ScannerFailed),
        (b"x" * 10_000 + b"\0", ScannerFailed),
        (b"stream: OK but no\0", ScannerFailed),
        (b"INSTREAM size limit exceeded. ERROR\0", ScannerGaveUp),
        (b"stream: Can't allocate memory ERROR\0", ScannerGaveUp),
        (b"stream: Heuristics.Limits.Exceeded.MaxFileSize FOUND\0", ScannerGaveUp),
    ],
)
def test_an_answer_that_is_half_strange_or_an_error_never_means_clean(tmp_path, answer, refusal):
    file = papers.written(tmp_path, b"x")

    with answering(VERSION, answer) as address, pytest.raises(refusal):
        ClamAV(address, answer_s=2).search(file)


def test_a_daemon_that_says_nothing_is_not_waited_for_for_ever(tmp_path):
    folder = Path(tempfile.mkdtemp(prefix="loa-mute-"))
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(folder / "s"))
        listener.listen()

        with pytest.raises(ScannerFailed):
            ClamAV(f"unix:{folder / 's'}", answer_s=0.2).engine()


def test_somebody_else_behind_the_address_is_no_scanner():
    with answering(b"HTTP/1.1 400 Bad Request\r\n\0") as address, pytest.raises(ScannerFailed):
        ClamAV(address, answer_s=2).engine()


def test_a_daemon_that_refuses_and_closes_while_the_file_is_sent_is_heard(tmp_path):
    file = papers.written(tmp_path, os.urandom(20_000_000))

    with (
        answering(VERSION, b"INSTREAM size limit exceeded. ERROR\0", reads=False) as address,
        pytest.raises((ScannerGaveUp, ScannerFailed)),
    ):
        ClamAV(address, answer_s=2).search(file)
