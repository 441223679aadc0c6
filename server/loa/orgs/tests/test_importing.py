import json
from datetime import date
from fractions import Fraction

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from loa.orgs import comparing, importing, planning
from loa.orgs.planning import LevelRule, Standing
from loa.orgs.rules import Change

LEVELS = {"province": "province", "tinh": "province", "huyen": "district", "xa": "commune", "commune": "commune"}
RULES = {
    "province": LevelRule(rank=20, below=frozenset({"centre"}), exists=True),
    "district": LevelRule(rank=30, below=frozenset({"province"}), exists=False),
    "commune": LevelRule(rank=40, below=frozenset({"province", "district"}), exists=True),
    "hamlet": LevelRule(rank=50, below=frozenset({"commune"}), exists=True),
}
HEAD = "code,name,level,parent,valid_from,predecessors\n"


def standing(code, parent="", level="commune", name=""):
    return Standing(code=code, name=name or f"Xã {code}", level=level, parent=parent)


TREE = {
    one.code: one
    for one in (
        standing("26", level="province", name="Tỉnh Vĩnh Phúc"),
        standing("243", "26", level="district", name="Thành phố Vĩnh Yên"),
        standing("08707", "243"),
        standing("08713", "243"),
        standing("08713.1", "08713", level="hamlet"),
        standing("99", level="province", name="Tỉnh khác"),
    )
}


def read(body, head=HEAD):
    return importing.read((head + body).encode(), levels=LEVELS)


def complaints(body, head=HEAD):
    with translation.override("en"):
        return [str(one) for one in read(body, head).wrong]


def difference(body, *, top="26", heirs=None):
    found = read(body)
    assert found.wrong == []
    return comparing.difference(found.rows, TREE, levels=RULES, top=top, heirs=heirs)


def test_a_list_is_read_with_commas_semicolons_tabs_and_a_mark_at_its_begin():
    plain = read("08707,Xã Một,Xã,26,2025-07-01,08713 08707:1/2\n")
    excel = "\ufeffcode;name;level;parent;valid_from;predecessors\r\n08707;Xã Một;XÃ;26;01/07/2025;08713|08707:50%\r\n"
    marked = importing.read(excel.encode(), levels=LEVELS)
    tabs = importing.read(b"code\tname\tlevel\tparent\n08707\tX\xc3\xa3\txa\t26\n", levels=LEVELS)

    assert plain == marked
    assert plain.day == date(2025, 7, 1)
    assert plain.rows[0].predecessors == [("08713", None), ("08707", Fraction(1, 2))]
    assert (tabs.rows[0].name, tabs.day) == ("Xã", None)


def test_json_says_the_same():
    units = [{"code": "08707", "name": "Xã Một", "level": "commune", "parent": None, "predecessors": ["a", "b:1/3"]}]

    bare, wrapped = (importing.read(json.dumps(one).encode(), levels=LEVELS) for one in (units, {"units": units}))

    assert bare == wrapped
    assert bare.rows[0].predecessors == [("a", None), ("b", Fraction(1, 3))]


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ("a b,x,xa,26,,\n", "Line 2: “a b” is no code."),
        ("1,,xa,26,,\n", "Line 2: The unit 1 needs a name"),
        ("1,x,tổng,26,,\n", "Line 2: Nobody knows the level “tổng”."),
        ("1,x,xa,26,tomorrow,\n", "Line 2: “tomorrow” is no day."),
        ("1,x,xa,26,2025-02-30,\n", "Line 2: “2025-02-30” is no day."),
        ("1,x,xa,26,,08707:3/2\n", "Line 2: The predecessors cannot be read."),
        ("1,x,xa,26,,08707:1/0\n", "Line 2: The predecessors cannot be read."),
        ("1,x,xa,26,,=cmd()\n", "Line 2: The predecessors cannot be read."),
        ("1,x,xa,26,,\n1,y,xa,26,,\n", "Line 3: The unit 1 is in the file twice"),
        ("1,x,xa,2,,\n2,y,xa,1,,\n", "Line 2: The unit 1 stands below itself."),
        ('1,"x\n', "Line 2: This line cannot be read."),
        ("", "The file has no units."),
    ],
)
def test_each_bad_line_is_told_with_its_number_and_what_to_do(body, told):
    assert complaints(body)[0].startswith(told)


def test_a_file_that_is_none_is_told_at_once():
    with translation.override("en"):
        latin = str(importing.read("code,name\nX\xe3".encode("latin-1"), levels=LEVELS).wrong[0])
        binary = str(importing.read(b"PK\x03\x04\x00\x00", levels=LEVELS).wrong[0])
        short = str(importing.read(b"code,name\n1,x\n", levels=LEVELS).wrong[0])
        large = str(importing.read(b"x" * 1_500_001, levels=LEVELS).wrong[0])
        broken = str(importing.read(b'[{"code": ', levels=LEVELS).wrong[0])

    assert latin == "The file is not in UTF-8. Please save it as “CSV UTF-8”."
    assert binary == "The file is not a list. Please save it as “CSV UTF-8”."
    assert short == "The first line has to name the columns; missing: level, parent."
    assert large == "The file is too large. Please import one province at a time."
    assert "begins like JSON" in broken


@given(st.one_of(st.binary(max_size=400), st.text(max_size=300).map(lambda body: (HEAD + body).encode())))
def test_hostile_bytes_are_told_never_a_crash(source):
    found = importing.read(source, levels=LEVELS)

    assert found.rows or found.wrong
    assert all(str(one) for one in found.wrong)


def test_a_later_line_about_a_unit_holds():
    found = read("1,Cũ,xa,26,2020-01-01,\n1,Mới,xa,26,2025-07-01,\n")

    assert [row.name for row in found.rows] == ["Mới"]


def test_a_code_that_lost_its_zeros_is_noticed():
    found = read("8707,Xã Một,xa,26,,\n")

    with translation.override("en"):
        assert "“08707”" in str(importing.lost_zeros(found.rows, TREE)[0])
    assert importing.lost_zeros(read("08707,Xã Một,xa,26,,\n").rows, TREE) == []


REFORM = (
    "25,Tỉnh Phú Thọ,tinh,,2025-07-01,26 243\n"
    "08707,Phường Vĩnh Yên,xa,25,2025-07-01,08707 08713\n"
)  # fmt: skip


def test_a_reform_as_a_list_becomes_a_plan_that_makes_the_listed_tree():
    found = difference(REFORM, top="")
    after = planning.after(found.plan, TREE)

    assert [row.code for row in found.opened] == ["25"]
    assert found.closed == [
        ("08713", "Xã 08713", "Phường Vĩnh Yên"),
        ("243", "Thành phố Vĩnh Yên", "Tỉnh Phú Thọ"),
        ("26", "Tỉnh Vĩnh Phúc", "Tỉnh Phú Thọ"),
    ]
    assert [(one.before, one.after) for one in found.renamed] == [("Xã 08707", "Phường Vĩnh Yên")]
    assert [(one.before, one.after) for one in found.moved] == [("Thành phố Vĩnh Yên", "Tỉnh Phú Thọ")]
    assert [(one.code, len(one.parts)) for one in found.merged] == [("08707", 2), ("25", 2)]
    kinds = {(edge.predecessor, edge.successor): edge.kind for edge in found.plan.edges}
    assert kinds["243", "25"] is Change.ABOLISH
    assert kinds["08713", "08707"] is Change.MERGE
    assert after.path("08713.1") == "25/08707/08713.1"


def test_what_vanishes_without_anybody_taking_over_waits_for_an_explanation():
    body = "26,Tỉnh Vĩnh Phúc,tinh,,,\n243,Thành phố Vĩnh Yên,huyen,26,,\n08707,Xã 08707,xa,243,,\n"

    bare = difference(body)
    told = difference(body, heirs={"08713": "08707"})
    astray = difference(body, heirs={"08713": "nowhere"})

    assert [one.code for one in bare.unexplained] == ["08713"]
    assert not bare.is_explained
    assert not astray.is_explained
    assert told.is_explained
    assert {(edge.predecessor, edge.successor) for edge in told.plan.edges} == {("08707", "08707"), ("08713", "08707")}


def test_a_list_of_communes_says_nothing_of_hamlets_nor_of_other_provinces():
    body = (
        "26,Tỉnh Vĩnh Phúc,tinh,,,\n243,Thành phố Vĩnh Yên,huyen,26,,\n"
        "08707,Xã 08707,xa,243,,\n08713,Xã 08713,xa,243,,\n"
    )

    assert difference(body).is_empty


def test_a_commune_that_is_divided_keeps_its_part_and_unsaid_parts_are_guesses():
    body = (
        "26,Tỉnh Vĩnh Phúc,tinh,,,\n243,Thành phố Vĩnh Yên,huyen,26,,\n"
        "08707,Xã 08707,xa,243,,\n08713,Xã 08713,xa,243,,\nnew,Xã Mới,xa,243,,{}\n"
    )

    guessed = difference(body.format("08707")).plan.edges
    said = difference(body.format("08707:1/4")).plan.edges

    assert {(edge.successor, edge.share, edge.is_estimate) for edge in guessed} == {
        ("08707", Fraction(1, 2), True),
        ("new", Fraction(1, 2), True),
    }
    assert {(edge.successor, edge.share) for edge in said} == {("08707", Fraction(3, 4)), ("new", Fraction(1, 4))}


def test_a_predecessor_nobody_knows_is_named_with_its_line():
    assert difference("26,Tỉnh Vĩnh Phúc,tinh,,,zz\n").unknown == [(2, "zz")]
