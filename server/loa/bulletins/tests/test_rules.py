import hashlib

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


def test_the_content_digest_is_of_canonical_json_and_moves_with_each_part():
    parts = {"title": "Lịch “nước”", "text": "một\nhai", "clip_sha256": "ab" * 32}
    told = '{"clip_sha256":"' + "ab" * 32 + '","text":"một\\nhai","title":"Lịch “nước”"}'

    digest = rules.content_sha256(**parts)

    assert digest == hashlib.sha256(told.encode()).hexdigest()
    assert all(rules.content_sha256(**(parts | {name: "x"})) != digest for name in parts)
