"""The archive's pages: what a person types, sees and takes along."""

import pytest

from loa.bulletins import commands
from loa.bulletins.tests.making import NOW
from loa.shell.tests.desk import browser_of

pytestmark = pytest.mark.django_db


def write(world, title, text=""):
    return commands.write(
        world.officer, world.commune, title=title, text=text, author_id=world.officer_user.pk, now=NOW
    )


def test_the_words_are_marked_and_everything_else_is_inert(world):
    write(world, "Thôn <b>Hòa Bình</b>", "Mời bà con <script>alert(1)</script> thôn Hoà Bình họp")

    page = browser_of("canbo").get("/desk/archive/", {"q": "hoa binh"}).content.decode()

    assert page.count("<mark>H") == 2
    assert "<script>alert" not in page
    assert "<b>" not in page


def test_filters_stand_in_the_address_and_in_the_form(world):
    write(world, "Một")

    page = browser_of("canbo").get(
        "/desk/archive/", {"sound": "none", "unit": world.commune.code, "since": "2026-11-01"}
    )

    assert [row.bulletin.title for row in page.context["rows"]] == ["Một"]
    assert page.context["values"] == {"sound": "none", "unit": world.commune.code, "since": "2026-11-01"}


@pytest.mark.parametrize(
    "given",
    [
        {"since": "0000-99-99"}, {"since": "9999-12-31", "until": "9999-12-31"}, {"state": "x"}, {"page": "-1"},
        {"page": "9" * 40}, {"unit": "'"}, {"category": "\0"}, {"q": "\0\u202e"}, {"aired": "yes"}, {"page": "41"},
        {"aired_since": "2026-01-01"},
    ],
)  # fmt: skip
def test_an_address_that_makes_no_sense_is_answered(world, given):
    write(world, "Một")

    assert browser_of("canbo").get("/desk/archive/", given).status_code == 200


def test_nothing_found_gives_advice(world):
    assert "Hãy thử ít từ hơn" in browser_of("canbo").get("/desk/archive/", {"q": "zebra"}).content.decode()


def test_the_unit_of_another_place_is_no_filter_for_strangers(world):
    write(world, "Một")

    page = browser_of("canbo").get("/desk/archive/", {"unit": world.outsider_commune.code})

    assert "unit" not in page.context["values"]


def test_the_table_has_what_the_page_has_and_no_formulas(world):
    write(world, "=HYPERLINK(1)", "Nước sạch")
    write(world, "Khác")

    answer = browser_of("canbo").get("/desk/archive/table.csv", {"q": "nuoc"})
    lines = b"".join(answer.streaming_content).decode("utf-8-sig").splitlines()

    assert len(lines) == 2
    assert lines[1].startswith("'=HYPERLINK(1),Xã Tam Hồng,Trần Văn Cán,draft,")


def test_pages_follow_each_other(world):
    for number in range(31):
        write(world, f"Nước {number}")

    first = browser_of("canbo").get("/desk/archive/", {"q": "nuoc"})
    second = browser_of("canbo").get("/desk/archive/", {"q": "nuoc", "page": "2"})

    assert (len(first.context["rows"]), first.context["has_more"]) == (30, True)
    assert (len(second.context["rows"]), second.context["has_more"]) == (1, False)
