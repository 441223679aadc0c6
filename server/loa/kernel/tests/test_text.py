import random
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loa.kernel import text

ODD = st.sampled_from("aeđ👨👍❤🔥1#\u200d\u200b\ufe0f\ufe0e\u0301\u0302\u0323\u034f\u202e\ufeff\u115f\r\n\u2028\x00ㅤ")


def test_text_is_kept_composed_and_without_control_characters():
    assert text.stored(unicodedata.normalize("NFD", "Yên Lạc\r\nđường\x00\x1b\t1")) == "Yên Lạc\nđường\t1"


@pytest.mark.parametrize(
    ("written", "folded"),
    [("Đồng Cương", "dong cuong"), ("TÍCH SƠN", "tich son"), ("Ngũ Kiên", "ngu kien"), ("ĐƯỜNG", "duong")],
)
def test_folding_takes_away_accents_and_case(written, folded):
    assert text.folded(written) == folded
    assert text.folded(unicodedata.normalize("NFD", written)) == folded


def test_names_sort_as_in_a_vietnamese_dictionary():
    wanted = [
        "An",
        "Ân",
        "Ba",
        "Bà",
        "Bà Bắc",
        "Bả",
        "Bã",
        "Bá",
        "Bạ",
        "Bac",
        "Bạc",
        "Băng",
        "Bân",
        "Da",
        "Đa",
        "Đá",
        "Ơn",
        "Ưng",
    ]

    assert sorted(random.Random(7).sample(wanted, len(wanted)), key=text.sort_key) == wanted


def test_names_sort_syllable_by_syllable():
    wanted = ["Tam Dương", "Tam Đảo", "Tam Hồng", "Tâm An", "Vĩnh Tường", "Vĩnh Yên"]

    assert sorted(random.Random(7).sample(wanted, len(wanted)), key=text.sort_key) == wanted


def test_people_sort_by_their_given_name():
    wanted = ["Trần Văn An", "Đỗ Văn Cán", "Trần Văn Cán", "Lê Thị Đào", "Nguyễn Ân Tú", ""]

    assert sorted(random.Random(7).sample(wanted, len(wanted)), key=text.person_sort_key) == ["", *wanted[:-1]]


def test_sorting_does_not_mind_how_accents_are_composed():
    assert text.sort_key(unicodedata.normalize("NFD", "Yên Lạc")) == text.sort_key("Yên Lạc")


def test_letters_that_turn_the_direction_of_a_name_are_not_kept():
    assert text.stored("Nguyễn\u202e nA\u2066 Văn\u200f") == "Nguyễn nA Văn"
    assert text.stored("👨\u200d👩") == "👨\u200d👩"


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("m\u200bất\u2060 \u00adđi\ufeffện", "mất điện"),
        ("họp\U000e0041\U000e0042", "họp"),
        ("ng\u200dười", "người"),
        ("❤\ufe0f\u200d🔥 1\ufe0f\u20e3 👍🏽", "❤\ufe0f\u200d🔥 1\ufe0f\u20e3 👍🏽"),
        ("a\ufe0f\u200d🔥\u200d", "a🔥"),
        ("e\u034f\u0301", "é"),
        ("n" + "\u0302" * 40, "n\u0302\u0302\u0302"),
        ("một\u2028hai\u0085ba\rbốn", "một\nhai\nba\nbốn"),
    ],
)
def test_what_nobody_sees_is_not_kept_but_pictures_stay_whole(typed, kept):
    assert text.stored(typed) == kept


@given(st.one_of(st.text(max_size=60), st.text(ODD, max_size=20)))
def test_what_is_kept_is_composed_and_stays_as_it_is(typed):
    kept = text.stored(typed)

    assert unicodedata.is_normalized("NFC", kept)
    assert text.stored(kept) == kept
