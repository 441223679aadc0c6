import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from loa.bulletins import rules
from loa.bulletins.rules import blocks, boards, cutting, deriving, gist, sms
from loa.bulletins.rules.renditions import CHANNELS, RECIPE, Form, Source, Words, excess
from loa.bulletins.rules.sealing import renditions_sha256, source_sha256
from loa.orgs.rules import Channel

VACCINE = Source(
    title="Lịch tiêm chủng mở rộng tháng 12",
    text=(
        "Trạm Y tế xã thông báo lịch tiêm chủng mở rộng tháng 12 năm 2026. "
        "Thời gian: từ 7 giờ 30 đến 11 giờ 30, ngày 5/12/2026. Địa điểm: Trạm Y tế xã, thôn Đông. "
        "Phụ huynh có con từ 2 tháng đến 18 tháng tuổi đưa trẻ đến tiêm, mang theo sổ tiêm chủng. "
        "Liên hệ chị Hoa, điện thoại 0211 3 825 123 hoặc 0912.345.678. Xin cảm ơn."
    ),
    unit_name="Xã Đồng Văn",
)
POWER = Source(
    title="Tạm ngừng cấp điện",
    text=(
        "Điện lực tạm ngừng cấp điện từ 8h đến 11h30 ngày 3/12 tại các thôn 1, 2 và 3, xã Đồng Văn để sửa chữa đường "
        "dây 22 kV theo Quyết định 135/QĐ-TTg. Tổng đài 1900 6769."
    ),
)
FLOOD = Source(
    title="Nước sông dâng cao",
    text=(
        "Nước sông Phan dâng cao. Bà con sơ tán trước 18 giờ tối nay đến Nhà văn hóa thôn Đình, xã Đồng Văn. "
        "Gọi 112 khi cần cứu nạn. TP. Vĩnh Yên mưa 150,5 mm."
    ),
)


def told(source):
    return gist.gist(cutting.sentences(source.text))


def test_a_notice_answers_when_where_who_and_whom_to_call():
    found = told(VACCINE)

    assert found.moment == "từ 7 giờ 30 đến 11 giờ 30, ngày 5/12/2026"
    assert found.where == ("Trạm Y tế xã, thôn Đông",)
    assert found.who == ("Phụ huynh có con từ 2 tháng đến 18 tháng tuổi",)
    assert found.phones == ("0211 3 825 123", "0912.345.678")


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("Cấp nước từ 8 giờ đến 11 giờ sáng nay.", "từ 8 giờ đến 11 giờ sáng nay"),
        ("Họp lúc 19 giờ 30 tối thứ Bảy.", "19 giờ 30 tối thứ Bảy"),
        ("Họp vào 14:00 ngày 3 tháng 12 năm 2026 tại hội trường.", "14:00 ngày 3 tháng 12 năm 2026"),
        ("Nộp trước ngày 15/12/2026.", "trước ngày 15/12/2026"),
        ("Tiêm từ ngày 1/12 đến hết ngày 5/12.", "từ ngày 1/12 đến hết ngày 5/12"),
        ("Cắt điện 7h-9h sáng Chủ nhật.", "7h-9h sáng Chủ nhật"),
        ("Theo Quyết định 135/QĐ-TTg và Nghị định 49/2024/NĐ-CP.", ""),
        ("Mưa 150,5 mm, gió cấp 8.", ""),
    ],
)
def test_the_moment_is_found_as_it_is_written(text, moment):
    assert gist.gist([text]).moment == moment


@pytest.mark.parametrize(
    ("text", "phones"),
    [
        ("Gọi 0211 3 825 123.", ("0211 3 825 123",)),
        ("ĐT: (0211) 3825123", ("(0211) 3825123",)),
        ("Số 0912.345.678 hoặc +84 912 345 678", ("0912.345.678", "+84 912 345 678")),
        ("Tổng đài 1900 6769, 18001091", ("1900 6769", "18001091")),
        ("Gọi 114 ngay", ("114",)),
        ("Số định danh 026099001234567 không phải điện thoại", ()),
        ("Giá 1.500.000 đồng, công văn 0123/UBND", ()),
    ],
)
def test_phone_numbers_are_found_and_other_figures_are_not(text, phones):
    assert gist.gist([text]).phones == phones


@pytest.mark.parametrize("source", [VACCINE, POWER, FLOOD])
@pytest.mark.parametrize("form", [Form.SLIDE, Form.TICKER, Form.SMS, Form.SOCIAL, Form.LEAFLET])
def test_time_and_phone_number_survive_on_the_shortest_channel(source, form):
    said = deriving.derive(form, source).body.replace("\n", " ").casefold()

    found = told(source)
    assert found.moment.casefold() in said
    assert found.phones[0] in said


@pytest.mark.parametrize("source", [VACCINE, POWER, FLOOD])
def test_every_form_fits_its_channel(source):
    for form, words in deriving.derive_all(source).items():
        assert (form, excess(words)) == (form, None)


def test_a_slide_tells_at_a_glance():
    assert deriving.derive(Form.SLIDE, VACCINE) == Words(
        form=Form.SLIDE,
        title="Lịch tiêm chủng mở rộng tháng 12",
        body=(
            "Từ 7 giờ 30 đến 11 giờ 30,\nngày 5/12/2026\nTại Trạm Y tế xã, thôn Đông\n"
            "Phụ huynh có con từ 2 tháng đến\n18 tháng tuổi đưa trẻ đến tiêm\nĐT: 0211 3 825 123"
        ),
    )


def test_a_script_greets_says_all_and_repeats_what_must_be_remembered():
    said = deriving.derive(Form.SCRIPT, VACCINE).body

    assert said.startswith("Kính thưa bà con! Xã Đồng Văn thông báo: Lịch tiêm chủng")
    assert VACCINE.text in said
    assert "Xin nhắc lại" in said
    assert said.count("0211 3 825 123") == 2


def test_a_script_does_not_greet_twice():
    source = Source(title="Vệ sinh đường làng", text="Kính thưa bà con. Sáng mai làm vệ sinh. Xin cảm ơn bà con.")

    said = deriving.derive(Form.SCRIPT, source).body
    assert said.count("Kính thưa") == 1
    assert said.casefold().count("cảm ơn") == 1


def test_a_briefing_has_points_questions_and_what_to_do():
    found = blocks.blocks(deriving.derive(Form.BRIEFING, VACCINE).body)

    assert [block.lines[0] for block in found if block.kind is blocks.Kind.HEADING] == [
        "Nội dung chính", "Bà con hay hỏi", "Bà con cần làm",
    ]  # fmt: skip


def test_an_abstract_leads():
    source = Source(title=VACCINE.title, text=VACCINE.text, abstract="Trẻ dưới 18 tháng được tiêm miễn phí.")

    assert deriving.derive(Form.ARTICLE, source).body.startswith("Trẻ dưới 18 tháng được tiêm miễn phí.")


def test_a_text_in_another_language_is_cut_and_nothing_vietnamese_is_added():
    source = Source(title="Tsab xov", text="Ib nqe lus. Ob nqe lus.", language="hmn", unit_name="Xã Đồng Văn")

    said = " ".join(words.body for words in deriving.derive_all(source).values())
    assert "Kính thưa" not in said
    assert "Thời gian" not in said


def test_a_recording_without_text_is_told_by_its_title():
    for form, words in deriving.derive_all(Source(title="Tiếng trống khai hội", text="")).items():
        assert excess(words) is None, form
        assert "Tiếng trống khai hội" in f"{words.title} {words.body}"


@pytest.mark.parametrize("text", ["\n" * 50, " ", "\t\n.", "…"])
def test_a_text_of_nothing_is_told_by_its_title(text):
    for form, words in deriving.derive_all(Source(title="Tiếng trống khai hội", text=text)).items():
        assert "Tiếng trống khai hội" in f"{words.title} {words.body}", form


def test_all_eight_channels_have_a_form():
    assert {channel for channels in CHANNELS.values() for channel in channels} == set(Channel)


def test_the_digest_of_the_source_moves_with_each_part_and_the_recipe_is_told_apart():
    parts = {"title": "Một", "text": "Hai", "abstract": "Ba", "unit_name": "Bốn", "language": "vi"}
    digest = source_sha256(Source(**parts))

    assert all(source_sha256(Source(**(parts | {name: "x"}))) != digest for name in parts)
    assert RECIPE >= 1


def test_the_digest_of_renditions_moves_with_each_word_and_not_with_their_order():
    one, two = Words(form=Form.SMS, title="", body="a"), Words(form=Form.TICKER, title="", body="b")

    assert renditions_sha256([one, two]) == renditions_sha256([two, one])
    assert renditions_sha256([one]) != renditions_sha256([Words(form=Form.SMS, title="a", body="")])
    assert renditions_sha256([one, two]) != renditions_sha256([one])


def test_a_board_is_read_in_the_sun_and_from_across_the_road():
    for ink in (boards.INK, boards.TITLE_INK, boards.TICKER_INK):
        assert boards.contrast(boards.GROUND, ink) >= boards.CONTRAST_LEAST
    assert boards.contrast("#ffffff", "#000000") == pytest.approx(21)
    assert boards.contrast("#777777", "#777777") == 1
    assert boards.reading_distance_m(2.0) == pytest.approx(24.1, abs=0.1)


def test_a_cheap_panel_shows_whole_words_two_rows_a_page():
    slide = deriving.derive(Form.SLIDE, VACCINE)

    shown = boards.pages(boards.PANELS[0], slide.title, slide.body)

    assert all(len(page) <= 2 and all(len(row) <= 16 for row in page) for page in shown)
    assert " ".join(row for page in shown for row in page).split() == f"{slide.title} {slide.body}".split()


HOSTILE = (
    *("9" * 20_000, "a" * 20_000, "ngày " * 4_000, "7 giờ, " * 2_800, "tại xã, " * 2_500, "0" * 11 + " "),
    *("\u202e" * 500, "🌊" * 5_000, "<script>alert(1)</script> " * 700, '#import "x"; $a$ `b` \\c ' * 700),
    *("0 " * 10_000, ". " * 10_000, "từ đến và lúc " * 1_400, "1/" * 10_000, "gọi " * 5_000, "- " * 10_000),
    *("o\u0302\u0301" * 5_000, "\n" * 20_000, "thứ hai 7 giờ sáng mai từ " * 700, "(0" * 10_000, "chủ nhật," * 2_000),
)
HOSTILE_OR_ANY = st.text(max_size=3000) | st.sampled_from(HOSTILE)


@settings(deadline=None, max_examples=80)
@given(st.text(min_size=1, max_size=250), HOSTILE_OR_ANY)
def test_any_words_give_renditions_that_fit_in_time(title, text):
    source = Source(title=rules.line(title)[:200] or "x", text=rules.body(text)[:20_000])
    began = time.thread_time()

    found = deriving.derive_all(source)

    assert time.thread_time() - began < 5
    for words in found.values():
        assert rules.body(words.body) == words.body.strip()
        assert excess(words) is None or not words.body.strip() or not source.title.isprintable()
    assert sms.measure(found[Form.SMS].body).count <= 3
