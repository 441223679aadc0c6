import re
import time
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from loa.media import refusals, speakable, speech
from loa.media.speakable import numbers, phrasing

CASES = [line.split("\t") for line in Path(__file__).with_name("spoken.tsv").read_text("utf-8").splitlines()]
SIGNS = st.text("0123456789 .,:;/-+()&%đ°'hHgGkKmxXTPQUBNDIVCĐ@_$\n", max_size=120)
WORST = [
    "1" * 20_000, "1." * 10_000, "1.111" * 4_000, "A" * 20_000, "A-" * 10_000, "0 " * 10_000, "1/" * 10_000,
    "1-" * 10_000, "www." + "a." * 9_000, "a@" * 10_000, "a.a@" * 5_000, "(" * 20_000, "IX " * 6_000, "1:" * 10_000,
    "\n" * 20_000, " \n" * 10_000, " " * 20_000, "A&" * 10_000, "0912 " * 4_000, "+84" * 6_000, "1/A-" * 5_000,
    "gọi số " * 2_500 + "x", "135/QĐ-TTg " * 1_800,
]  # fmt: skip
HOSTILE = ["1", "1.", "A-", "(", "1/", "e\u0301\u0323", "T2-", "Km1+1-", "mã hồ sơ A1 ", "H'", "[(<{", "<speak>",
    "👍🏽", "\u202e", "1x1x", "\u0301", "ngõ 1/1/", "12-", "1°2'", "135/QĐ-TTg ", "a.a@",
    "STK 1", "thắng 1-1 "]  # fmt: skip


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

    assert "20.000" in str(caught.value)


def test_a_paragraph_rests_longer_than_a_sentence_and_a_question_stays_one():
    found = speakable.phrases("Bà con chú ý. Ai chưa tiêm?\nXin cảm ơn")

    assert [phrase.text for phrase in found] == ["Bà con chú ý.", "Ai chưa tiêm?", "Xin cảm ơn."]
    assert found[0].pause_ms < found[1].pause_ms


def test_no_phrase_is_longer_than_a_breath_and_a_long_sentence_is_cut_where_it_may_be():
    sentence = (
        "Ủy ban nhân dân xã thông báo đến toàn thể bà con trong xã về việc tổ chức tiêm chủng mở rộng "
        "và bà con mang theo sổ tiêm của các cháu khi đến trạm"
    )

    first, second = speakable.phrases(sentence)

    assert second.text.startswith("và bà con mang theo")
    assert first.pause_ms < speakable.phrases("Một. Hai.")[0].pause_ms
    assert f"{first.text.rstrip(',')} {second.text.rstrip('.')}" == sentence


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=400))
def test_phrases_keep_every_word_in_its_order_and_none_is_too_long(text):
    spoken = speech.normalise(text)
    found = speakable.phrases(spoken)

    assert re.findall(r"\w+", " ".join(phrase.text for phrase in found)) == re.findall(r"\w+", spoken)
    assert all(len(phrase.text.split()) <= phrasing.BREATH_WORDS for phrase in found)


def test_the_lines_of_a_list_rest_longer_than_sentences():
    found = speakable.phrases(speech.normalise("THÔNG BÁO LỊCH TIÊM\n- Thôn 1: 7h\n- Thôn 2: 8h; Thôn 3: 9h. Hết"))

    assert [(phrase.text, phrase.pause_ms) for phrase in found] == [
        ("thông báo lịch tiêm.", 700),
        ("Thôn một.", 350),
        ("bảy giờ.", 700),
        ("Thôn hai.", 350),
        ("tám giờ.", 350),
        ("Thôn ba.", 350),
        ("chín giờ.", 500),
        ("Hết.", 300),
    ]


@pytest.mark.parametrize(("written", "spoken"), CASES)
def test_what_is_read_is_not_read_otherwise_a_second_time(written, spoken):
    assert speech.normalise(spoken) == spoken


@settings(max_examples=300, deadline=None)
@given(st.text(st.characters(), max_size=300))
def test_nothing_comes_out_but_letters_spaces_and_pauses(text):
    spoken = speech.normalise(text.encode("utf-8", "surrogatepass").decode("utf-8", "replace"))

    assert re.sub(r"[^\W\d_]|[ \n.,;:!?]", "", "".join(c for c in spoken if not unicodedata.combining(c))) == ""


@pytest.mark.parametrize("text", HOSTILE, ids=[repr(text[:10]) for text in HOSTILE])
def test_hostile_text_costs_no_more_than_a_few_times_what_plain_text_costs(text):
    plain = ("Mời bà con trong thôn đến nhà văn hóa họp lúc tối nay. " * 400)[:20_000]
    text = (text * 20_000)[:20_000]
    speech.normalise(plain)

    costs = []
    for each in (plain, text):
        begun = time.thread_time()
        speech.normalise(each)
        costs.append(time.thread_time() - begun)

    assert costs[1] < 8 * costs[0] + 0.1


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("Mời \u202enam\u202c bà\u200b con", "Mời nam bà con"),
        ("a\x00b", "ab"),
        ("👍🏽 Xin chào 🇻🇳", "Xin chào"),
        ("<break time='9s'/> chào", None),
        ("\ud800 chào", "chào"),
    ],
)
def test_hostile_signs_are_read_as_nothing(text, read):
    spoken = speech.normalise(text)

    assert read is None or spoken == read
    assert "<" not in spoken
    assert "chào" in spoken or "con" in spoken or spoken == "ab"


@settings(max_examples=200, deadline=None)
@given(st.one_of(st.text(max_size=200), SIGNS))
def test_what_will_be_read_is_shown_whole_whatever_is_written(text):
    assert "".join(piece.text for piece in speech.read_out(text)) == speech.normalise(text)


def test_what_differs_from_the_text_is_marked_with_what_stands_there():
    found = speech.read_out("UBND xã họp lúc 7h30 tại nhà văn hóa")

    assert [(piece.text, piece.instead_of) for piece in found] == [
        ("ủy ban nhân dân", "UBND"),
        (" xã họp lúc ", ""),
        ("bảy giờ ba mươi phút", "7h30"),
        (" tại nhà văn hóa", ""),
    ]


def test_decomposed_and_composed_letters_read_alike():
    assert speech.normalise("Ủy ban nhân dân 5") == speech.normalise("Ủy ban nhân dân 5")
