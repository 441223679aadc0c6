import pytest

from loa.bulletins import rules


def test_a_title_is_kept_on_one_line_composed_and_trimmed():
    assert rules.line("  Thông\tbáo\n\nkhẩn  ") == "Thông báo khẩn"
    assert rules.line("Tho\u0302ng ba\u0301o") == "Thông báo"


@pytest.mark.parametrize("hidden", ["\x00", "\x07", "\x1b[31m", "\u202e", "\u2066", "\u200f", "\ue000"])
def test_a_text_loses_what_an_approver_cannot_see(hidden):
    kept = rules.body(f"Mất điện{hidden} tối nay")

    assert kept.replace("[31m", "") == "Mất điện tối nay"


def test_a_text_keeps_its_lines():
    assert rules.body("một\r\nhai\rba\n\tbốn") == "một\nhai\nba\n\tbốn"
