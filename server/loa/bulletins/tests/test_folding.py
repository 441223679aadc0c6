"""Folding of words: alike here and in the database."""

import unicodedata

import pytest
from django.db import connection
from hypothesis import given, settings
from hypothesis import strategies as st

from loa.bulletins.rules import folding

VIETNAMESE = "aàảãáạăằẳẵắặâầẩẫấậbcdđeèẻẽéẹêềểễếệghiìỉĩíịklmnoòỏõóọôồổỗốộơờởỡớợpqrstuùủũúụưừửữứựvxyỳỷỹýỵ"
SIGNS = VIETNAMESE + VIETNAMESE.upper() + " .,-/:;\"'\\&|!()<>\n\t0123456789_“”…\u200b\u202e\u0300\u0301😀ßñüжЖ漢"
written = st.text(st.sampled_from(SIGNS), max_size=120)


def in_database(text):
    with connection.cursor() as cursor:
        cursor.execute("SELECT bulletins_folded(%s), bulletins_accented(%s)", [text, text])
        return cursor.fetchone()


@pytest.mark.django_db
@settings(max_examples=400, deadline=None)
@given(
    st.one_of(written, st.text(st.characters(exclude_categories=("Cs", "Cn"), exclude_characters="\0"), max_size=80))
)
def test_the_database_folds_as_we_do(text):
    assert in_database(text) == (folding.folded(text), folding.accented(text))


@given(written)
def test_folding_twice_is_folding_once_and_composition_does_not_matter(text):
    assert folding.folded(folding.folded(text)) == folding.folded(text)
    assert folding.folded(unicodedata.normalize("NFD", text)) == folding.folded(unicodedata.normalize("NFC", text))
    assert folding.accented(unicodedata.normalize("NFD", text)) == folding.accented(unicodedata.normalize("NFC", text))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("hòa", "hoà"), ("thủy", "thuỷ"), ("Kỹ", "kĩ"), ("quý", "quí"), ("Y tế", "i tế"), ("ĐƯỜNG", "đường"),
        ("lý", "lí"), ("khoẻ", "khỏe"),
    ],
)  # fmt: skip
def test_two_spellings_of_a_word_are_one(one, other):
    assert folding.accented(one) == folding.accented(other)
    assert folding.folded(one) == folding.folded(other)


@pytest.mark.parametrize(("one", "other"), [("hòa", "hoa"), ("đường", "dường"), ("thúy", "thúi"), ("ma", "mạ")])
def test_two_words_with_accents_stay_two(one, other):
    assert folding.accented(one) != folding.accented(other)


def test_an_endless_word_is_cut_and_takes_no_time():
    assert len(folding.folded("a" * 1_000_000)) == folding.WORD_LONGEST
