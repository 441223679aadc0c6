import hashlib

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from loa.audit.models import Entry
from loa.box import voices as operator
from loa.box.saying import Refused
from loa.media import queries
from loa.media.models import AddedVoice
from loa.media.tests import tones
from loa.media.tests.test_documents_pages import browser_of

pytestmark = pytest.mark.django_db

TOLD = {"label": "Giọng thử", "region": "south", "gender": "female", "license": "CC0", "note": "Chỉ là tiếng bíp."}


@pytest.fixture
def files(tmp_path, settings):
    settings.LOA_SECOND_FACTOR = "offered"
    folder = tmp_path / "sent"
    folder.mkdir()
    return tones.write(folder)


def sent(world, files, **changes):
    upload = {
        "model": SimpleUploadedFile("x.onnx", files[0].read_bytes()),
        "config": SimpleUploadedFile("x.onnx.json", files[1].read_bytes()),
    }
    told = {"unit": world.province.code, "sha256": files[2], **TOLD, **upload, **changes}
    return browser_of(world.administrator_user).post("/desk/voices/new/", told)


def added():
    return list(AddedVoice.objects.unscoped("test"))


def test_an_administrator_sends_a_voice_and_everybody_sees_how_it_sounds(world, files):
    answer = sent(world, files)

    assert (answer.status_code, answer.url) == (302, "/desk/voices/")
    (voice,) = added()
    assert (voice.unit, voice.region, voice.sha256) == (world.province, "south", files[2])
    page = browser_of(world.administrator_user).get("/desk/voices/").content.decode()
    assert "Giọng thử" in page
    assert files[2] in page
    officers = browser_of(world.officer_user).get("/desk/voices/").content.decode()
    assert "Chỉ là tiếng bíp." in officers
    assert f"/desk/voices/{voice.pk}/remove/" not in officers


def test_a_file_of_another_digest_is_refused_by_its_field_and_put_on_record(world, files):
    answer = sent(world, files, sha256="ab" * 32)

    assert answer.status_code == 422
    assert files[2] in answer.content.decode()
    assert added() == []
    entry = Entry.objects.get(action="media.turn_away_voice")
    assert entry.detail == {"refused": "media_wrong_digest", "name": "Giọng thử", "sha256": "ab" * 32}


@pytest.mark.parametrize(
    "changes",
    [
        {"sha256": ""},
        {"label": ""},
        {"model": ""},
        {"config": ""},
        {"unit": ""},
        {"region": "west"},
        {"name": "../x.onnx"},
    ],
)
def test_what_is_missing_is_asked_for(world, files, changes):
    assert sent(world, files, **changes).status_code == 422
    assert added() == []


def test_a_broken_file_is_refused_with_a_sentence(world, files):
    files[0].write_bytes(b"no network")
    answer = sent(world, files, sha256=hashlib.sha256(b"no network").hexdigest())

    assert answer.status_code == 422
    assert "Piper" in answer.content.decode()
    assert added() == []


def test_a_voice_from_the_operators_folder_is_added_by_name(world, files, settings):
    settings.LOA_VOICE_FOLDER = str(files[0].parent)
    (files[0].parent / "lonely.onnx").write_bytes(b"x")

    page = browser_of(world.administrator_user).get("/desk/voices/new/").content.decode()
    answer = sent(world, files, model="", config="", name="tones.onnx")

    assert "tones.onnx" in page
    assert "lonely.onnx" not in page
    assert answer.status_code == 302
    assert added()[0].sha256 == files[2]


def test_a_voice_is_removed_by_who_may(world, files):
    sent(world, files)
    (voice,) = added()

    assert browser_of(world.officer_user).post(f"/desk/voices/{voice.pk}/remove/").status_code == 404  # the province's
    assert browser_of(world.administrator_user).post(f"/desk/voices/{voice.pk}/remove/").status_code == 302
    assert added() == []


def test_an_officer_chooses_the_usual_voice_and_the_form_begins_with_it(world):
    officer = browser_of(world.officer_user)

    told = {"unit": world.commune.code, "voice": "espeak:vi-vn-x-south", "pace": "slow"}
    answer = officer.post("/desk/voices/usual/", told)

    assert answer.status_code == 302
    assert queries.usual_voice(world.commune.path).pace == "slow"
    page = officer.get("/desk/bulletins/new/").content.decode()
    assert '<option value="espeak:vi-vn-x-south" selected>' in page
    assert '<option value="slow" selected>' in page


def test_a_usual_voice_that_is_none_is_refused(world):
    told = {"unit": world.commune.code, "voice": "piper:0123456789abcdef", "pace": "slow"}

    assert browser_of(world.officer_user).post("/desk/voices/usual/", told).status_code == 422


def test_the_operator_adds_names_and_removes_a_voice(world, files, capsys):
    about = {"unit": "26", "label": "Giọng thử", "region": "", "gender": "", "license": "", "card": ""}
    operator.add(files[0], files[1], sha256=files[2], **about)
    operator.show()
    (voice,) = added()
    operator.remove(voice.voice_id)

    said = capsys.readouterr().out
    assert f"{voice.voice_id}" in said
    assert "Giọng thử" in said
    assert added() == []


def test_the_operator_is_told_why_a_voice_is_refused(world, files):
    about = {"unit": "26", "label": "x", "region": "", "gender": "", "license": "", "card": ""}

    with pytest.raises(Refused, match=files[2]):
        operator.add(files[0], files[1], sha256="ab" * 32, **about)
    with pytest.raises(Refused, match="--unit"):
        operator.add(files[0], files[1], sha256=files[2], **{**about, "unit": ""})
    with pytest.raises(Refused, match=r"nowhere\.onnx"):
        operator.add(files[0].with_name("nowhere.onnx"), files[1], sha256=files[2], **about)
    with pytest.raises(Refused):
        operator.remove("piper:0")
