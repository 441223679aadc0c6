import pytest
from django.db import DatabaseError, connection, transaction
from hypothesis import given
from hypothesis import strategies as st

from loa.bulletins import commands, queries, refusals, rules
from loa.bulletins.models import Bulletin, Mark, MarkAnswer
from loa.bulletins.rules import Passage
from loa.bulletins.tests.making import A_MINUTE, NOW, make_clip, make_submitted
from loa.kernel.errors import Denied, NotFound

TEXT = "Lịch cấp nước tuần này."


def sent_back(world, *passages, note=""):
    bulletin = make_submitted(world)
    commands.send_back(world.leader, bulletin, number=1, note=note, marks=passages, now=NOW + A_MINUTE)
    return Bulletin.objects.unscoped("test").select_related("unit", "current").get(pk=bulletin.pk)


@given(st.text(max_size=300))
def test_every_sentence_is_a_passage_of_its_text(text):
    kept = rules.body(text)

    for begin, end in rules.sentences(kept):
        assert rules.is_within(Passage(begin=begin, end=end, note="x"), kept)


def test_sentences_are_numbered_as_people_read_them():
    text = "Mất điện từ 7 giờ. Có điện lại lúc 17 giờ!\nXin cảm ơn… "

    found = [text[begin:end] for begin, end in rules.sentences(text)]

    assert found == ["Mất điện từ 7 giờ.", "Có điện lại lúc 17 giờ!", "Xin cảm ơn…"]


@given(st.text(min_size=1, max_size=60), st.lists(st.tuples(st.integers(0, 59), st.integers(1, 60)), max_size=5))
def test_a_text_cut_at_its_marks_is_still_the_text(text, places):
    within = [(begin, min(end, len(text))) for begin, end in places if begin < min(end, len(text))]

    assert "".join(piece.text for piece in rules.pieces(text, within)) == text


def test_a_leader_marks_passages_and_the_author_sees_them_in_place(world):
    bulletin = sent_back(world, Passage(begin=14, end=22, note=" Tuần  nào? "), Passage(begin=0, end=4, note="Bỏ."))

    marked = queries.marked(world.officer, bulletin)

    assert [(mark.quote, mark.note) for mark in marked.marks] == [("Lịch", "Bỏ."), ("tuần này", "Tuần nào?")]
    assert [(piece.text, list(piece.numbers)) for piece in marked.pieces] == [
        ("Lịch", [1]),
        (" cấp nước ", []),
        ("tuần này", [2]),
        (".", []),
    ]
    assert (bulletin.state, bool(bulletin.current.note)) == ("returned", True)


@pytest.mark.parametrize(
    "passage",
    [
        Passage(begin=0, end=0, note="x"),
        Passage(begin=5, end=3, note="x"),
        Passage(begin=-1, end=3, note="x"),
        Passage(begin=0, end=len(TEXT) + 1, note="x"),
        Passage(begin=10**9, end=10**9 + 1, note="x"),
        Passage(begin=4, end=5, note="x"),
        Passage(begin=0, end=3, note=" \u200f\n "),
        Passage(begin=0, end=3, note="x" * 501),
    ],
)
def test_a_passage_that_is_not_in_the_text_or_says_nothing_is_refused_and_nothing_is_kept(world, passage):
    bulletin = make_submitted(world)

    with pytest.raises(refusals.PassageUnknown):
        commands.send_back(world.leader, bulletin, number=1, note="Sửa.", marks=[passage], now=NOW + A_MINUTE)

    assert Bulletin.objects.unscoped("test").get(pk=bulletin.pk).state == "submitted"
    assert not Mark.objects.unscoped("test").exists()


def test_more_marks_than_anybody_reads_are_refused(world):
    bulletin = make_submitted(world)
    many = [Passage(begin=0, end=4, note="x")] * (rules.MARKS_MOST + 1)

    with pytest.raises(refusals.PassageUnknown):
        commands.send_back(world.leader, bulletin, number=1, note="", marks=many, now=NOW + A_MINUTE)


@pytest.mark.parametrize("place", ["", "1", "1-", "-1-4", "a-b", "1-4-9", "١-٤", "1" * 9 + "-2", "\x00-1"])
def test_what_is_no_place_is_read_as_none(place):
    assert rules.parsed_passage(place, "x") is None


def test_the_author_answers_a_mark_once_and_others_do_not(world):
    bulletin = sent_back(world, Passage(begin=0, end=4, note="Bỏ."))
    mark = Mark.objects.unscoped("test").get()

    with pytest.raises(NotFound):
        commands.answer_mark(world.other_officer, bulletin, mark_id=mark.pk, words="", now=NOW)
    with pytest.raises(Denied):
        commands.answer_mark(world.leader, bulletin, mark_id=mark.pk, words="", now=NOW)
    with pytest.raises(refusals.NoteTooLong):
        commands.answer_mark(world.officer, bulletin, mark_id=mark.pk, words="x" * 501, now=NOW)
    with pytest.raises(NotFound):
        commands.answer_mark(world.officer, make_submitted(world), mark_id=mark.pk, words="", now=NOW)
    commands.answer_mark(world.officer, bulletin, mark_id=mark.pk, words=" Đã bỏ. ", now=NOW)
    with pytest.raises(refusals.MarkAnswered):
        commands.answer_mark(world.officer, bulletin, mark_id=mark.pk, words="", now=NOW)

    assert MarkAnswer.objects.unscoped("test").get().words == "Đã bỏ."


def test_marks_stay_with_the_wording_they_were_made_in(world):
    bulletin = sent_back(world, Passage(begin=0, end=4, note="Bỏ."))
    clip = make_clip(world.commune, content=b"spoken again")
    commands.revise(world.officer, bulletin, title="Mới", text="Lời mới.", clip_id=clip.pk, voice="vi", now=NOW)

    marked = queries.marked(world.officer, bulletin)

    assert (marked.number, marked.marks[0].quote) == (1, "Lịch")
    assert queries.marked(world.other_officer, bulletin) is None


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE bulletins_mark SET note = 'khác'",
        "DELETE FROM bulletins_mark",
        "UPDATE bulletins_mark_answer SET words = 'khác'",
        "DELETE FROM bulletins_mark_answer",
    ],
)
def test_marks_and_answers_stand_also_for_raw_sql(world, sql):
    bulletin = sent_back(world, Passage(begin=0, end=4, note="Bỏ."))
    commands.answer_mark(world.officer, bulletin, mark_id=Mark.objects.unscoped("test").get().pk, words="", now=NOW)

    with pytest.raises(DatabaseError, match="stands"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)


def test_the_database_takes_no_mark_beside_its_words(world):
    bulletin = sent_back(world, note="Sửa.")

    with pytest.raises(DatabaseError, match="not in what was handed in"), transaction.atomic():
        Mark.objects.create(
            revision=bulletin.current, begins=0, ends=4, quote="Khác", note="x", made_by=world.leader_user, made_at=NOW
        )
