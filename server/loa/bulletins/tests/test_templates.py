from datetime import timedelta

import pytest

from loa.bulletins import commands, queries, refusals, rules, standard
from loa.bulletins.keeping_templates import TemplateKeeper
from loa.bulletins.models import Template
from loa.bulletins.rules import BlankFault, Holds, Kind
from loa.bulletins.tests.making import NOW
from loa.kernel.errors import Denied, NotFound, WrongState
from loa.orgs.ports import Move

TEXT = "Mời {thành phần} họp lúc {giờ họp:giờ}, ngày {ngày họp:ngày}.\n[[Liên hệ {điện thoại?}.]]\n{Số người:số} người."
ANSWERS = {"thành phần": "các hộ", "giờ họp": "19:30", "ngày họp": "2026-12-02", "Số người": "120"}


def pattern(**changed):
    about = {"code": "x", "kind": Kind.MEETING, "name": "Mời họp", "title": "Họp {ngày họp:ngày}", "text": TEXT}
    return rules.Pattern(**(about | changed))


def kept(world, *, scope=None, unit=None, text=TEXT, name="Mời họp thôn"):
    return commands.add_template(
        scope or world.officer, unit or world.commune, kind=Kind.MEETING, name=name, title="Họp", text=text, now=NOW
    )


def test_the_blanks_of_a_text_say_what_belongs_in_them():
    assert [(blank.label, blank.holds, blank.is_required) for blank in rules.blanks(TEXT)] == [
        ("thành phần", Holds.WORDS, True),
        ("giờ họp", Holds.TIME, True),
        ("ngày họp", Holds.DATE, True),
        ("điện thoại", Holds.WORDS, False),
        ("Số người", Holds.NUMBER, True),
    ]


def test_a_filled_text_has_dates_and_times_as_people_write_them_and_loses_empty_passages():
    assert rules.filled(TEXT, ANSWERS) == "Mời các hộ họp lúc 19 giờ 30, ngày 02/12/2026.\n\n120 người."
    assert "Liên hệ 0912.\n" in rules.filled(TEXT, ANSWERS | {"điện thoại": "0912"})
    assert rules.filled("{Giờ:giờ}", {"Giờ": "7h"}) == "7 giờ"


@pytest.mark.parametrize(
    ("label", "said", "fault"),
    [
        ("thành phần", " ", BlankFault.MISSING),
        ("thành phần", "a" * 301, BlankFault.TOO_LONG),
        ("Số người", "nhiều", BlankFault.NO_NUMBER),
        ("Số người", "9" * 200, BlankFault.NO_NUMBER),
        ("Số người", "9" * 10_000, BlankFault.TOO_LONG),
        ("ngày họp", "31/02/2026", BlankFault.NO_DATE),
        ("ngày họp", "٣/٣/٢٠٢٦", BlankFault.NO_DATE),
        ("giờ họp", "25:00", BlankFault.NO_TIME),
    ],
)
def test_what_does_not_fit_a_blank_is_named(label, said, fault):
    assert rules.faults(rules.blanks(TEXT), ANSWERS | {label: said}) == {label: fault}


def test_an_answer_that_looks_like_a_blank_stays_words():
    assert rules.filled("{a} {b}", {"a": "{b} [[x]]", "b": "y"}) == "{b} [[x]] y"


def test_every_template_of_the_program_is_whole_and_fills(db):
    for one in standard.templates().values():
        wanted = rules.blanks(one.title, one.text)
        given = {Holds.DATE: "2026-12-02", Holds.TIME: "07:30", Holds.NUMBER: "12"}
        answers = {blank.label: given.get(blank.holds, "việc này") for blank in wanted}

        assert not rules.faults(wanted, answers)
        for answered in (answers, {blank.label: answers[blank.label] for blank in wanted if blank.is_required}):
            title, text = rules.filled(one.title, answered), rules.filled(one.text, answered)
            assert 0 < len(title) <= rules.TITLE_LONGEST
            assert not set(text) & set("{}[]")
            assert ".." not in text
        assert len(wanted) <= rules.BLANKS_MOST
    assert len({one.kind for one in standard.templates().values()}) >= 14
    assert sum(one.is_third_party for one in standard.templates().values()) == 3


def test_a_draft_is_made_of_a_template(world):
    made = commands.write_from_template(
        world.officer, world.commune, template=pattern(), answers=ANSWERS, author_id=world.officer_user.pk, now=NOW
    )

    assert (made.title, made.current.kind) == ("Họp 02/12/2026", Kind.MEETING)
    assert made.current.text.startswith("Mời các hộ họp lúc 19 giờ 30")


def test_a_draft_of_a_template_is_refused_with_empty_blanks_elsewhere_and_without_the_right(world):
    about = {"template": pattern(), "author_id": world.officer_user.pk, "now": NOW}

    with pytest.raises(refusals.BlanksUnfit) as refused:
        commands.write_from_template(world.officer, world.commune, answers={}, **about)
    assert refused.value.facts["faults"]["thành phần"] == BlankFault.MISSING
    with pytest.raises(NotFound):
        commands.write_from_template(world.other_officer, world.commune, answers=ANSWERS, **about)
    with pytest.raises(Denied):
        commands.write_from_template(world.leader, world.commune, answers=ANSWERS, **about)


def test_a_units_template_is_seen_by_it_and_those_below_and_not_beside(world):
    own = kept(world)
    above = kept(world, scope=world.province_editor, unit=world.province, name="Mẫu của tỉnh")

    assert set(queries.templates(world.officer)) == {own, above}
    assert set(queries.templates(world.other_officer)) == {above}
    assert set(queries.templates(world.outsider)) == set()
    with pytest.raises(NotFound):
        queries.template(world.other_officer, own.pk)


def test_a_template_is_changed_and_ended_by_its_unit_only(world):
    own = kept(world)
    change = {"kind": Kind.MEETING, "name": "Khác", "title": "Họp", "text": "Mời {ai}."}

    with pytest.raises(NotFound):
        commands.change_template(world.other_officer, own, **change)
    with pytest.raises(Denied):
        commands.end_template(world.leader, own, now=NOW)
    commands.change_template(world.officer, own, **change)
    commands.end_template(world.officer, own, now=NOW + timedelta(days=1))
    with pytest.raises(WrongState):
        commands.change_template(world.officer, own, **change)

    assert Template.objects.unscoped("test").get().name == "Khác"
    assert not queries.templates(world.officer).exists()


def test_a_template_without_words_or_with_too_many_blanks_is_refused(world):
    with pytest.raises(refusals.TemplateUnfit):
        kept(world, name=" \n")
    with pytest.raises(refusals.TemplateUnfit):
        kept(world, text=" ".join(f"{{chỗ {n}}}" for n in range(21)))
    with pytest.raises(refusals.TextTooLong):
        kept(world, text="a" * 20_001)


def test_templates_go_along_with_their_unit_and_back(world):
    own, keeper = kept(world), TemplateKeeper()
    move = Move(from_unit=world.commune.pk, to_unit=world.other_commune.pk)

    moved = keeper.hand_over([move], now=NOW)

    assert keeper.holdings([world.other_commune.pk]) == {world.other_commune.pk: 1}
    assert keeper.take_back(moved, now=NOW) == 1
    own.refresh_from_db()
    assert own.unit_id == world.commune.pk
