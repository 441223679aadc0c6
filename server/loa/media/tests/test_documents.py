from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from loa.audit.models import Entry
from loa.kernel import clock
from loa.kernel.errors import Denied, NotFound
from loa.media import commands, ports, queries, refusals, releasing, store, tasks
from loa.media.models import Document, Verdict
from loa.media.ports import FakeScanner
from loa.media.rules import Kind, PreparedDocument, VerdictState
from loa.media.tests import papers
from loa.orgs import ports as orgs

pytestmark = pytest.mark.django_db

PREPARED = PreparedDocument(
    sha256="ab" * 32, sent_sha256="cd" * 32, size_bytes=9, kind=Kind.PDF, name="Nghị quyết.pdf", engine="fake/1"
)


@pytest.fixture
def scanner(settings):
    settings.LOA_SCAN = "required"
    fake = FakeScanner(marks={b"mark": "Test.Mark"})
    ports.scan_with(lambda: fake)
    yield fake
    ports.scan_with(None)


def again(world, document):
    return queries.document(world.officer, document.pk)


def test_an_officer_adds_a_document_and_it_is_on_record(world):
    now = clock.now()

    document = commands.add_document(world.officer, world.commune, prepared=PREPARED, now=now)

    found = queries.document_by_sha256(world.officer, PREPARED.sha256)
    assert (found, found.added_by, found.added_at) == (document, world.officer_user, now)
    assert queries.verdict_of(found) is VerdictState.CLEAN
    entry = Entry.objects.get(action="media.add_document")
    assert (entry.result, entry.detail["sent_sha256"]) == ("done", PREPARED.sent_sha256)


def test_another_commune_neither_adds_nor_finds(world):
    with pytest.raises(NotFound):
        commands.add_document(world.officer, world.other_commune, prepared=PREPARED, now=clock.now())
    document = commands.add_document(world.officer, world.commune, prepared=PREPARED, now=clock.now())

    assert not queries.documents(world.other_officer).exists()
    for look in (
        lambda: queries.document(world.other_officer, document.pk),
        lambda: queries.document_by_sha256(world.outsider, PREPARED.sha256),
    ):
        with pytest.raises(NotFound):
            look()


def test_a_leader_reads_and_does_not_add_and_a_monitor_does_neither(world):
    commands.add_document(world.officer, world.commune, prepared=PREPARED, now=clock.now())

    with pytest.raises(Denied):
        commands.add_document(world.leader, world.commune, prepared=PREPARED, now=clock.now())

    assert queries.documents(world.leader).count() == 1
    assert queries.documents(world.monitor).count() == 0


def test_units_learn_which_papers_there_are(world):
    assert not orgs.has_document(PREPARED.sha256)

    commands.add_document(world.officer, world.commune, prepared=PREPARED, now=clock.now())

    assert orgs.has_document(PREPARED.sha256)


@pytest.mark.parametrize(
    "wrong",
    [
        {"sha256": "AB" * 32},
        {"size_bytes": 0},
        {"size_bytes": 26 * 1024 * 1024},
        {"name": "../x.pdf"},
        {"name": "x\u202efdp.exe"},
        {"name": "without ending"},
    ],
)
def test_the_database_itself_refuses_a_document_that_cannot_be(world, wrong):
    with pytest.raises(IntegrityError):
        commands.add_document(world.officer, world.commune, prepared=replace(PREPARED, **wrong), now=clock.now())


@pytest.mark.parametrize(
    "attack",
    [
        "UPDATE media_document SET sha256 = repeat('c', 64)",
        "DELETE FROM media_document",
        "TRUNCATE media_document CASCADE",
        "UPDATE media_verdict SET found = ''",
        "DELETE FROM media_verdict",
        "TRUNCATE media_verdict",
    ],
)
def test_neither_a_document_nor_a_verdict_can_be_changed_in_plain_sql(world, attack):
    commands.add_document(world.officer, world.commune, prepared=PREPARED, now=clock.now())

    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        with pytest.raises(DatabaseError, match=r"append-only|never emptied"), transaction.atomic():
            cursor.execute(attack)

    assert (Document.objects.unscoped("test").count(), Verdict.objects.unscoped("test").count()) == (1, 1)


def test_a_refused_upload_is_on_record_with_what_was_sent(world):
    refusal = refusals.Infected(found="Test.Mark")

    commands.turn_away(world.officer, world.commune, refusal=refusal, name="x\0y.pdf", size_bytes=5)

    entry = Entry.objects.get(action="media.turn_away")
    assert entry.detail == {"refused": "media_infected", "name": "xy.pdf", "size_bytes": 5, "found": "Test.Mark"}


def test_a_marked_upload_is_refused_before_it_is_opened(world, scanner, tmp_path):
    with pytest.raises(refusals.Infected):
        papers.make_document(world, content=b"neither paper nor picture, but a mark")

    assert not Document.objects.unscoped("test").exists()


def test_nothing_passes_while_a_required_search_is_not_to_be_had(world, scanner):
    scanner.is_away = True
    with pytest.raises(refusals.ScannerAway):
        papers.make_document(world)

    scanner.is_away, scanner.gives_up = False, True
    with pytest.raises(refusals.ScanIncomplete):
        papers.make_document(world)

    ports.scan_with(lambda: None)
    with pytest.raises(refusals.ScannerAway):
        papers.make_document(world)
    assert list(store.verify()) == []


def test_a_wrong_word_in_the_settings_asks_for_the_most(world, settings):
    settings.LOA_SCAN = "requierd"

    with pytest.raises(refusals.ScannerAway):
        papers.make_document(world)


def test_without_a_scanner_files_pass_where_the_operator_allows_it(world, settings):
    settings.LOA_SCAN = "if-available"

    document = papers.make_document(world)

    assert queries.verdict_of(again(world, document)) is VerdictState.UNSEARCHED
    with releasing.release(again(world, document), now=clock.now()) as file:
        assert file.read() == papers.written_bytes(document)


def test_a_document_is_searched_again_when_signatures_are_newer_and_held_back(world, scanner):
    document = papers.make_document(world)
    scanner.marks, scanner.version = {b"%PDF": "Test.Later"}, "fake/2"

    with pytest.raises(refusals.Quarantined):
        releasing.release(again(world, document), now=clock.now())

    assert queries.verdict_of(again(world, document)) is VerdictState.QUARANTINED
    assert Entry.objects.get(action="media.judge").detail["found"] == "Test.Later"
    scanner.is_away = True
    with pytest.raises(refusals.Quarantined):
        releasing.release(again(world, document), now=clock.now())


def test_a_document_held_back_by_mistake_is_free_when_later_signatures_say_so(world, scanner):
    document = papers.make_document(world)
    scanner.marks, scanner.version = {b"%PDF": "Test.Wrong"}, "fake/2"
    assert tasks.search_again() == 1
    scanner.marks, scanner.version = {}, "fake/3"

    releasing.release(again(world, document), now=clock.now()).close()

    assert queries.verdict_of(again(world, document)) is VerdictState.CLEAN


def test_the_same_signatures_do_not_search_twice(world, scanner):
    document = papers.make_document(world)
    before = scanner.searched

    releasing.release(again(world, document), now=clock.now()).close()

    assert (scanner.searched, tasks.search_again()) == (before, 0)


def test_documents_that_came_in_unsearched_are_searched_later(world, settings, scanner):
    settings.LOA_SCAN = "off"
    document = papers.make_document(world)
    settings.LOA_SCAN = "required"

    assert tasks.search_again() == 1
    assert queries.verdict_of(again(world, document)) is VerdictState.CLEAN


def test_a_clean_verdict_lets_a_document_out_for_a_day_while_the_scanner_is_away(world, scanner):
    document = papers.make_document(world)
    scanner.is_away = True
    now = clock.now()

    releasing.release(again(world, document), now=now + timedelta(hours=23)).close()

    with pytest.raises(refusals.ScannerAway):
        releasing.release(again(world, document), now=now + timedelta(hours=25))


def test_a_changed_or_missing_file_is_not_handed_out(world):
    document = papers.make_document(world)
    kept = store.path(document.sha256, shelf=store.DOCUMENTS)
    kept.chmod(0o600)
    kept.write_bytes(kept.read_bytes() + b" ")

    with pytest.raises(refusals.Changed):
        releasing.release(again(world, document), now=clock.now())
    assert [one.fault for one in store.verify()] == ["changed"]

    kept.unlink()
    with pytest.raises(refusals.Changed):
        releasing.release(again(world, document), now=clock.now())
