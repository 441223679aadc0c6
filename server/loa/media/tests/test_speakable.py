from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from loa.media import refusals, speakable, speech
from loa.media.speakable import numbers

CASES = [line.split("\t") for line in Path(__file__).with_name("spoken.tsv").read_text("utf-8").splitlines()]
SIGNS = st.text("0123456789 .,:;/-+()&%đ°'hHgGkKmxXTPQUBNDIVCĐ@_$\n", max_size=120)
WORST = [
    "1" * 20_000, "1." * 10_000, "1.111" * 4_000, "A" * 20_000, "A-" * 10_000, "0 " * 10_000, "1/" * 10_000,
    "1-" * 10_000, "www." + "a." * 9_000, "a@" * 10_000, "a.a@" * 5_000, "(" * 20_000, "IX " * 6_000, "1:" * 10_000,
    "\n" * 20_000, " \n" * 10_000, " " * 20_000, "A&" * 10_000, "0912 " * 4_000, "+84" * 6_000, "1/A-" * 5_000,
    "gọi số " * 2_500 + "x", "135/QĐ-TTg " * 1_800,
]  # fmt: skip


def test_the_table_is_long_enough_to_mean_something():
    assert len({written for written, _ in CASES}) >= 1000


@pytest.mark.parametrize(("written", "spoken"), CASES)
def test_written_vietnamese_is_read_as_people_read_it(written, spoken):
    assert speech.normalise(written) == spoken


@settings(max_examples=400, deadline=None)
@given(st.one_of(st.text(max_size=300), SIGNS))
def test_any_text_can_be_read_and_what_comes_out_is_bounded_words(text):
    spoken = speech.normalise(text)

    assert len(spoken) <= 25 * len(text) + 50
    assert not any(letter in "0123456789%/&@$" for letter in spoken)
    assert all(phrase.text and phrase.pause_ms > 0 for phrase in speakable.phrases(spoken))


@settings(max_examples=200, deadline=None)
@given(st.integers(min_value=0, max_value=10**18 - 1))
def test_a_number_reads_the_same_with_and_without_dots(number):
    assert numbers.written(f"{number:,}".replace(",", ".")) == numbers.written(str(number)) == numbers.cardinal(number)


@settings(max_examples=300, deadline=None)
@given(st.integers(min_value=0, max_value=10**12), st.integers(min_value=0, max_value=10**12))
def test_two_different_numbers_never_sound_alike(first, second):
    assert (numbers.cardinal(first) == numbers.cardinal(second)) == (first == second)


@pytest.mark.timeout(5)
@pytest.mark.parametrize("text", WORST, ids=[repr(text[:8]) for text in WORST])
def test_text_made_to_be_slow_is_not(text):
    assert len(speech.normalise(text[:20_000])) <= 25 * 20_000


def test_text_of_more_than_20000_letters_is_refused_with_a_sentence():
    assert speech.normalise("a " * 10_000)

    with pytest.raises(refusals.TextTooLong) as caught:
        speech.normalise("a" * 20_001)

    assert "20000" in str(caught.value)


def test_a_paragraph_rests_longer_than_a_sentence_and_a_question_stays_one():
    found = speakable.phrases("Bà con chú ý. Ai chưa tiêm?\nXin cảm ơn")

    assert [phrase.text for phrase in found] == ["Bà con chú ý.", "Ai chưa tiêm?", "Xin cảm ơn."]
    assert found[0].pause_ms < found[1].pause_ms


def test_decomposed_and_composed_letters_read_alike():
    assert speech.normalise("Ủy ban nhân dân 5") == speech.normalise("Ủy ban nhân dân 5")
