import json
import unicodedata
from datetime import date

import pytest

from loa.media.intelligibility import comparing, measuring, telling
from loa.media.intelligibility.comparing import Heard
from loa.media.voices import register

DAY = date(2026, 11, 29)


@pytest.mark.parametrize(
    ("said", "heard", "wrong"),
    [
        ("mời bà con họp", "mời bà con họp", 0),
        ("mời bà con họp", "mời ba con họp", 1),
        ("mời bà con họp", "bà con họp", 1),
        ("mời bà con họp", "xin mời bà con họp thôn", 2),
        ("mời bà con", "", 3),
        ("", "mời", 1),
    ],
)
def test_the_fewest_words_to_change_are_counted(said, heard, wrong):
    assert comparing.wrong_words(said.split(), heard.split()) == wrong


def test_words_are_compared_in_one_form():
    assert comparing.words("Mời BÀ con, họp!") == comparing.words(unicodedata.normalize("NFD", "mời bà con họp"))


def test_the_interval_holds_the_rate_and_is_the_same_every_time():
    heard = [Heard(words=10, wrong=wrong, sound_s=1.0, made_s=1.0) for wrong in (0, 2, 4, 6, 8)]

    share = comparing.share(heard)

    assert share.rate == pytest.approx(0.4)
    assert share.low < 0.4 < share.high
    assert comparing.share(heard) == share


def test_the_list_is_long_and_its_notices_are_of_every_kind():
    lines = measuring.NOTICES.read_text(encoding="utf-8").splitlines()
    texts = measuring.notices()

    assert len(texts) == len(set(texts)) == len(lines) >= 60
    assert all(12 <= len(text.split()) <= 60 for text in texts)
    assert {"notice", "vaccination", "power_cut", "flood", "enrolment", "election", "answer"} <= {
        line.split("\t")[0] for line in lines
    }
    assert all(unicodedata.is_normalized("NFC", text) for text in texts)


def test_a_list_of_ones_own_needs_no_kinds(tmp_path):
    file = tmp_path / "list.txt"
    file.write_text("Mời bà con họp.\n\nloại\tXin cảm ơn.\n", encoding="utf-8")

    assert measuring.notices(file) == ["Mời bà con họp.", "Xin cảm ơn."]


@pytest.mark.system
@pytest.mark.timeout(900)
def test_the_usual_voice_is_heard_no_worse_than_it_was():
    _engine, voice = register.find("espeak:vi")

    found = measuring.measure(voice, measuring.notices()[:2])

    assert found.share.rate <= 0.93  # 0.85 when it was recorded, 0.81 to 0.89; garbled words come near 1
    assert found.words >= 60
    assert found.speed > 0
    assert json.loads(json.dumps(telling.figures([found], day=DAY)))["voices"]
    assert "`espeak:vi`" in telling.page([found], day=DAY)
