"""Old tapes and papers brought into the archive: real files, a real cage."""

import zipfile
from datetime import date

import pytest
from django.db import DatabaseError, transaction

from loa.bulletins import archiving, commands, queries
from loa.bulletins.models import Bulletin, Revision, Tape
from loa.bulletins.rules import State, tapes
from loa.bulletins.tests.making import NOW
from loa.kernel.errors import Denied, DomainError, NotFound, WrongState
from loa.media.tests import papers, sounds

HEAD = "Tên tệp;Tiêu đề;Ngày phát;Lĩnh vực;Tác giả;Ghi chú"


@pytest.fixture
def folder(tmp_path):
    place = tmp_path / "băng cũ"
    (place / "1998").mkdir(parents=True)
    sounds.write(place / "1998" / "tin 1.mp3", sounds.speechlike(3), container="mp3", codec="libmp3lame")
    sounds.write(place / "tin2.wav", sounds.speechlike(3, seed=9), container="wav", codec="pcm_s16le")
    return place


def nobody(_done, _of):
    """Hear how far it is, and say nothing."""


def nothing(_sha256):
    """Know no file."""
    return False


def sheet_of(folder, *lines):
    sheet = folder.parent / "bảng.csv"
    sheet.write_text("\n".join([HEAD, *lines]), encoding="utf-8-sig")
    return archiving.read_sheet(sheet)


def bring(world, folder, rows=(), *, scope=None):
    planned = archiving.look(folder, rows, known=lambda sha256: queries.is_taken(world.commune.pk, sha256))
    batch = archiving.begin(
        scope or world.officer,
        world.commune,
        author_id=world.officer_user.pk,
        folder=folder,
        planned=planned,
        is_written_down=False,
        now=NOW,
    )
    archiving.run(scope or world.officer, batch, now=lambda: NOW, told=nobody)
    return batch


def states(world, batch):
    return {tape.name: (tape.state, tape.reason) for tape in queries.tapes(world.officer, batch.pk)}


@pytest.mark.django_db(transaction=True)
def test_a_folder_and_its_sheet_become_archived_bulletins(world, folder):
    rows = sheet_of(folder, "1998/tin 1.mp3;Lũ trên sông Phó Đáy;15/08/1998;disaster.weather;Nguyễn Văn Cũ;băng số 3")

    batch = bring(world, folder, rows)

    assert states(world, batch) == {"1998/tin 1.mp3": ("taken", ""), "tin2.wav": ("taken", "")}
    found = queries.search(world.officer, "lu tren song", queries.Filters(), offset=0, limit=5, now=NOW).bulletins
    assert [(one.title, one.state) for one in found] == [("Lũ trên sông Phó Đáy", State.ARCHIVED)]
    assert found[0].current.category_id == "disaster.weather"
    assert found[0].current.byline == "Nguyễn Văn Cũ"
    assert found[0].tape.aired_on == date(1998, 8, 15)
    assert found[0].created_at.date() <= date(1998, 8, 15)
    assert found[0].current.clip_id is not None
    batch.refresh_from_db()
    assert batch.ended_at == NOW


@pytest.mark.django_db(transaction=True)
def test_the_same_file_comes_in_once(world, folder):
    (folder / "bản sao.wav").write_bytes((folder / "tin2.wav").read_bytes())
    first = bring(world, folder)

    again = bring(world, folder)

    assert sorted(state for state, _ in states(world, first).values()) == ["known", "taken", "taken"]
    assert {state for state, _ in states(world, again).values()} == {"known"}
    assert Bulletin.objects.unscoped("test").count() == 2


@pytest.mark.django_db(transaction=True)
def test_a_run_that_was_killed_is_finished(world, folder):
    planned = archiving.look(folder, [], known=nothing)
    batch = archiving.begin(
        world.officer, world.commune, author_id=world.officer_user.pk, folder=folder, planned=planned,
        is_written_down=False, now=NOW,
    )  # fmt: skip

    def stop(done, of):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        archiving.run(world.officer, batch, now=lambda: NOW, told=stop)
    archiving.run(world.officer, batch, now=lambda: NOW, told=nobody)

    assert {state for state, _ in states(world, batch).values()} == {"taken"}
    assert Bulletin.objects.unscoped("test").count() == 2


@pytest.mark.django_db(transaction=True)
def test_what_is_hostile_is_refused_by_row_and_the_rest_goes_on(world, folder):
    (folder / "rỗng.mp3").write_bytes(b"")
    (folder / "giả.mp3").write_bytes(b"%PDF-1.4 no sound at all" * 50)
    (folder / "sai đuôi.pdf").write_bytes((folder / "tin2.wav").read_bytes() + b"\0")
    with zipfile.ZipFile(folder / "bom.docx", "w", zipfile.ZIP_DEFLATED) as bomb:
        bomb.writestr("word/document.xml", b"0" * 60_000_000)
    (folder / "lối tắt.wav").symlink_to("/etc/passwd")
    rows = sheet_of(
        folder,
        "../../etc/passwd;A;;;;",
        "tin\u202e2.wav;B;;;;",
        "=cmd|' /C calc'!A0;C;;;;",
        "không có.mp3;D;;;;",
        "1998/tin 1.mp3;E;31/02/1998;;;",
        "tin2.wav;F;;không có lĩnh vực này;;",
        "tin2.wav;" + "dài " * 80 + ";;;;",
    )

    batch = bring(world, folder, rows)

    met = states(world, batch)
    assert met["../../etc/passwd"] == ("refused", "tape_name")
    assert met["=cmd|' /C calc'!A0"] == ("refused", "tape_formula")
    assert met["không có.mp3"] == ("refused", "tape_missing")
    assert met["rỗng.mp3"] == ("refused", "tape_empty")
    assert met["giả.mp3"][0] == "refused"
    assert met["sai đuôi.pdf"][0] == "refused"
    assert met["bom.docx"][0] == "refused"
    assert "lối tắt.wav" not in met
    assert [reason for state, reason in met.values() if state == "refused" and not reason] == []


@pytest.mark.django_db(transaction=True)
def test_a_paper_is_kept_with_its_words(world, folder):
    (folder / "Thông báo.docx").write_bytes(papers.docx(document=papers.body("Mời họp dân tại nhà văn hóa")))

    batch = bring(world, folder)

    tape = queries.tapes(world.officer, batch.pk).get(name="Thông báo.docx")
    assert tape.state == "taken"
    assert tape.document is not None
    found = queries.search(world.officer, "nha van hoa", queries.Filters(), offset=0, limit=5, now=NOW).bulletins
    assert [one.pk for one in found] == [tape.bulletin_id]


@pytest.mark.django_db(transaction=True)
def test_what_was_archived_stands_and_is_never_handed_in(world, folder):
    bring(world, folder)
    bulletin = queries.visible(world.officer).filter(state=State.ARCHIVED).first()

    with pytest.raises(WrongState):
        commands.submit(world.officer, bulletin, now=NOW)
    with pytest.raises(WrongState):
        commands.revise(world.officer, bulletin, title="x", text="", clip_id=None, voice="", now=NOW)
    for change in ("UPDATE bulletins_revision SET text = 'x'", "DELETE FROM bulletins_tape",
                   "UPDATE bulletins_tape SET title = 'x'"):  # fmt: skip
        with pytest.raises(DatabaseError, match=r"stands|stays"), transaction.atomic():
            Tape.objects.unscoped("test").raw(change)._fetch_all()
    assert Revision.objects.unscoped("test").filter(text="x").count() == 0


@pytest.mark.django_db(transaction=True)
def test_only_who_may_write_there_brings_things_in(world, folder):
    with pytest.raises(Denied):
        bring(world, folder, scope=world.leader)
    with pytest.raises(NotFound):
        bring(world, folder, scope=world.outsider)


@pytest.mark.parametrize(
    ("written", "meant"),
    [("31/12/2020", date(2020, 12, 31)), ("1998-8-5", date(1998, 8, 5)), ("44196", date(2020, 12, 31)), ("", None)],
)
def test_days_are_read_as_people_and_spreadsheets_write_them(written, meant):
    assert tapes.day(written) == meant


@pytest.mark.parametrize("written", ["31/02/1998", "hôm qua", "1998", "99999999", "1/1/1200", "\u0661/1/2020x"])
def test_a_day_that_is_none_is_refused(written):
    with pytest.raises(ValueError, match=r"."):
        tapes.day(written)


_SHEET = """<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>
<row r="1"><c r="A1" t="s"><v>0</v></c><c r="C1" t="inlineStr"><is><t>Ngày phát</t></is></c></row>
<row r="2"><c r="A2" t="s"><v>1</v></c><c r="B2"><v>7</v></c><c r="C2"><v>44196</v></c></row>
<row r="3"><c r="A3"><f>HYPERLINK("x")</f><v>x</v></c></row></sheetData></worksheet>"""
_STRINGS = """<?xml version="1.0"?><sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">
<si><t>Tên tệp</t></si><si><r><t>tin </t></r><r><t>1.mp3</t></r></si></sst>"""


def test_a_spreadsheet_is_read_in_the_cage_and_its_formulas_are_refused(tmp_path):
    sheet = tmp_path / "bảng.xlsx"
    sheet.write_bytes(papers.xlsx({"xl/worksheets/sheet1.xml": _SHEET, "xl/sharedStrings.xml": _STRINGS}))

    rows = archiving.read_sheet(sheet)

    assert [(row.name, row.aired_on, row.fault) for row in rows] == [
        ("tin 1.mp3", date(2020, 12, 31), ""),
        ("=", None, tapes.Fault.FORMULA),
    ]


@pytest.mark.parametrize("content", [b"", b"\xff\xfe", b"a;b\n1;2", papers.xlsx(), b"PK\x03\x04"])
@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_a_sheet_that_is_none_is_refused_with_a_sentence(tmp_path, content, ending):
    sheet = tmp_path / f"bảng.{ending}"
    sheet.write_bytes(content)

    with pytest.raises(DomainError):
        archiving.read_sheet(sheet)
