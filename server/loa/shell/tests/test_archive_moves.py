"""The pages by which old tapes come in and whole archives go out."""

import csv
import io
import json
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from loa.bulletins import archiving, handing_out, queries, tasks
from loa.bulletins.models import Batch, Export
from loa.bulletins.tests.making import make_bulletin, make_submitted
from loa.kernel import clock
from loa.media.tests import sounds
from loa.shell.tests.desk import browser_of, text_of

BATCHES = "/desk/archive/batches/"
EXPORTS = "/desk/archive/exports/"


def packed(*entries):
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as zipped:
        for name, data in entries:
            zipped.writestr(name, data)
    return SimpleUploadedFile("băng cũ.zip", content.getvalue(), content_type="application/zip")


def sheet(*lines):
    head = "Tên tệp;Tiêu đề;Ngày phát"
    return SimpleUploadedFile("bảng.csv", "\n".join([head, *lines]).encode("utf-8-sig"), content_type="text/csv")


def send(world, browser, files, **more):
    return browser.post(f"{BATCHES}new/", {"unit": world.commune.code, "tapes": files, **more})


@pytest.mark.django_db(transaction=True)
def test_a_zip_is_looked_at_first_then_taken_in_and_reported(world, tmp_path):
    tape = sounds.write(tmp_path / "a.mp3", sounds.speechlike(2), container="mp3", codec="libmp3lame")
    officer = browser_of("canbo")

    sent = send(
        world, officer, packed(("1998/a.mp3", tape.read_bytes()), ("rỗng.wav", b"")),
        sheet=sheet("1998/a.mp3;Lũ trên sông;15/08/1998", "mất.mp3;Không có;"),
    )  # fmt: skip
    batch = Batch.objects.unscoped("test").get()
    seen = text_of(officer.get(sent.url))

    assert sent.url == f"{BATCHES}{batch.pk}/"
    assert "Nhận vào 1 tệp" in seen
    assert "Tệp trống." in seen
    assert "Lũ trên sông · 15/08/1998" in seen
    assert queries.search(world.officer, "", queries.Filters(), offset=0, limit=5, now=clock.now()).bulletins == []

    officer.post(f"{sent.url}start/")
    assert "3 tệp" in text_of(officer.get(sent.url))
    tasks.bring_in(str(batch.pk))
    done = text_of(officer.get(sent.url))
    report = officer.get(f"{sent.url}report.csv").content.decode("utf-8-sig")

    assert "hx-trigger" not in done
    rows = list(csv.reader(io.StringIO(report), delimiter=";"))
    assert [(row[0], row[3]) for row in rows[1:]] == [
        ("1998/a.mp3", "Đã nhận"), ("mất.mp3", "Từ chối"), ("rỗng.wav", "Từ chối"),
    ]  # fmt: skip
    found = officer.get("/desk/archive/?q=lu+tren+song").context["rows"]
    assert [row.bulletin.title for row in found] == ["Lũ trên sông"]


@pytest.mark.django_db
def test_what_is_no_zip_is_answered_at_its_field(world):
    answer = send(world, browser_of("canbo"), SimpleUploadedFile("x.zip", b"no zip at all"))

    assert answer.status_code == 422
    assert answer.context["form"].errors["tapes"]
    assert Batch.objects.unscoped("test").count() == 0


@pytest.mark.django_db
def test_a_sheet_that_is_none_is_answered_at_its_field(world):
    answer = send(world, browser_of("canbo"), packed(("a.mp3", b"x")), sheet=SimpleUploadedFile("b.csv", b"x;y\n1;2"))

    assert answer.status_code == 422
    assert answer.context["form"].errors["sheet"]
    assert Batch.objects.unscoped("test").count() == 0


@pytest.mark.django_db
def test_the_unit_of_another_place_takes_nothing_in(world):
    answer = browser_of("canbo").post(
        f"{BATCHES}new/", {"unit": world.other_commune.code, "tapes": packed(("a.mp3", b"x"))}
    )

    assert answer.status_code == 422
    assert Batch.objects.unscoped("test").count() == 0


@pytest.mark.django_db
def test_names_of_files_are_shown_inert(world):
    answer = send(world, browser_of("canbo"), packed(("<b>x<script>.mp3", b"x")))

    page = text_of(browser_of("canbo").get(answer.url))

    assert "<script>.mp3" not in page
    assert "&lt;b&gt;x&lt;script&gt;.mp3" in page


@pytest.mark.django_db
def test_the_empty_spreadsheet_is_one_that_is_read(world, tmp_path):
    (tmp_path / "b.csv").write_bytes(browser_of("canbo").get(f"{BATCHES}template.csv").content)

    (row,) = archiving.read_sheet(tmp_path / "b.csv")

    assert (row.name, row.title, row.fault) == ("1998/bang-03.mp3", "Lũ trên sông", "")


@pytest.mark.django_db(transaction=True)
def test_an_archive_is_asked_for_written_and_fetched_on_record(world):
    kept = make_submitted(world)
    leader = browser_of("lanhdao")

    asked = leader.post(EXPORTS, {"unit": world.commune.code})
    export = Export.objects.unscoped("test").get()
    again = leader.post(EXPORTS, {"unit": world.commune.code})
    early = leader.get(f"{EXPORTS}{export.pk}/file")
    tasks.write_out(str(export.pk))
    page = text_of(leader.get(EXPORTS))
    file = leader.get(f"{EXPORTS}{export.pk}/file")

    assert (asked.status_code, again.status_code, early.status_code) == (302, 422, 409)
    assert f"{EXPORTS}{export.pk}/file" in page
    with zipfile.ZipFile(io.BytesIO(b"".join(file.streaming_content))) as zipped:
        told = [json.loads(line) for line in zipped.read("bulletins.jsonl").decode().splitlines()]
        assert [one["id"] for one in told] == [str(kept.pk)]
        assert set(json.loads(zipped.read("manifest.json"))["files"]) == set(zipped.namelist()) - {"manifest.json"}
    file.close()


@pytest.mark.django_db(transaction=True)
def test_a_file_that_lay_there_for_a_week_is_removed(world):
    make_bulletin(world)
    leader = browser_of("lanhdao")
    leader.post(EXPORTS, {"unit": world.commune.code})
    export = Export.objects.unscoped("test").get()
    tasks.write_out(str(export.pk))

    tasks.keep_archives_going(now=clock.now())
    file = leader.get(f"{EXPORTS}{export.pk}/file")
    assert (file.status_code, b"".join(file.streaming_content)[:2]) == (200, b"PK")
    file.close()
    Export.objects.unscoped("test").update(
        asked_at=export.asked_at.replace(year=2020), ended_at=export.asked_at.replace(year=2020)
    )
    tasks.keep_archives_going(now=clock.now())

    assert leader.get(f"{EXPORTS}{export.pk}/file").status_code == 409
    export.refresh_from_db()
    assert export.removed_at is not None


@pytest.mark.django_db
def test_an_export_that_a_killed_worker_left_is_asked_for_again(world):
    leader = browser_of("lanhdao")
    leader.post(EXPORTS, {"unit": world.commune.code})
    export = Export.objects.unscoped("test").get()
    Export.objects.unscoped("test").update(asked_at=export.asked_at.replace(year=2020))

    assert list(handing_out.left_behind(now=clock.now())) == [export]
