import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loa.bulletins.rules import cutting

NOTICE = (
    "Điện lực Yên Lạc thông báo tạm ngừng cấp điện từ 8 giờ đến 11 giờ 30 phút ngày 3 tháng 12 năm 2026 tại thôn Đình, "
    "thôn Chùa và khu chợ để sửa chữa đường dây; đề nghị bà con liên hệ 0211 3 825 123."
)
WHOLE = ("8 giờ", "11 giờ 30 phút", "ngày 3 tháng 12 năm 2026", "0211 3 825 123")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Một. Hai! Ba? Bốn", ["Một.", "Hai!", "Ba?", "Bốn"]),
        ("Mưa 150.5 mm. Gió cấp 8.", ["Mưa 150.5 mm.", "Gió cấp 8."]),
        ("Giá 1.500.000 đồng. Hết.", ["Giá 1.500.000 đồng.", "Hết."]),
        ("Tại TP. Vĩnh Yên có mưa. Chú ý.", ["Tại TP. Vĩnh Yên có mưa.", "Chú ý."]),
        ("Mời BS. Nguyễn V. A đến. Xin cảm ơn.", ["Mời BS. Nguyễn V. A đến.", "Xin cảm ơn."]),
        ("1. Mang sổ. 2. Đeo khẩu trang.", ["1. Mang sổ.", "2. Đeo khẩu trang."]),
        ("Dòng một\nDòng hai. Tiếp", ["Dòng một", "Dòng hai.", "Tiếp"]),
        ("“Chú ý!” Nước lên.", ["“Chú ý!”", "Nước lên."]),
        ("Chờ… Rồi đi.", ["Chờ…", "Rồi đi."]),
        ("Ngày 3.12.2026. Xong.", ["Ngày 3.12.2026.", "Xong."]),
        ("", []),
        ("...", ["..."]),
    ],
)
def test_sentences_end_where_a_reader_stops(text, expected):
    assert cutting.sentences(text) == expected


def test_clauses_do_not_break_a_decimal_comma_or_a_list_of_figures():
    said = "Mưa 150,5 mm, gió giật cấp 8; bà con chú ý: buộc thuyền"

    assert cutting.clauses(said) == ["Mưa 150,5 mm", "gió giật cấp 8", "bà con chú ý", "buộc thuyền"]


@pytest.mark.parametrize("longest", range(20, 200))
def test_no_time_date_or_phone_number_is_ever_cut(longest):
    cut = cutting.fit(NOTICE, longest)

    assert len(cut) <= longest
    plain = cut.rstrip("…")
    assert NOTICE.startswith(plain)
    for one in WHOLE:
        place = NOTICE.index(one)
        assert not place < len(plain) < place + len(one), (one, cut)
    assert plain == NOTICE or NOTICE[len(plain)] in " ,;:.–-"


@pytest.mark.parametrize("width", range(14, 40))
def test_rows_break_between_words_and_leave_figures_whole(width):
    rows = cutting.rows(NOTICE, width)

    assert " ".join(rows) == NOTICE
    assert all(len(row) <= width for row in rows)
    if width >= 26:
        assert all(any(one in row for row in rows) for one in WHOLE)


def test_a_cut_text_does_not_end_in_a_word_that_waits_for_the_next():
    assert cutting.fit("Mời toàn thể bà con trong thôn tập trung đông đủ tại nhà văn hóa", 55).endswith("đông đủ…")


def test_whole_sentences_go_before_cut_ones():
    assert cutting.fit("Cắt điện sáng mai. Bà con chủ động bơm nước sinh hoạt từ tối nay.", 40) == "Cắt điện sáng mai."


def test_ten_thousand_figures_are_cut_for_nothing_else_is_left():
    assert cutting.fit("9" * 10_000, 20) == "9" * 19 + "…"
    assert cutting.rows("9" * 100, 36) == ["9" * 36, "9" * 36, "9" * 28]


@given(st.text(max_size=400), st.integers(min_value=8, max_value=120))
def test_any_text_fits_and_nothing_is_invented(text, longest):
    cut = cutting.fit(text, longest)

    assert len(cut) <= longest
    assert " ".join(text.split()).startswith(cut.removesuffix("…").rstrip()) or not cut


@given(st.text(alphabet="0123456789 .,:/-+()giờngàythángph", max_size=600))
def test_figures_without_end_are_read_in_time(text):
    assert cutting.rows(text, 20) or not text.split()
    assert all(re.search(r"\S", sentence) for sentence in cutting.sentences(text))
