import threading

import pytest
from django.db import connection

from loa.bulletins import commands, editing, refusals, rules
from loa.bulletins.models import Bulletin, Editing, Revision
from loa.bulletins.rules import Change
from loa.bulletins.tests.making import A_MINUTE, NOW, make_bulletin, make_clip, make_submitted
from loa_protocol import uuid7


def save(world, bulletin, text, *, edition):
    return commands.revise(
        world.officer, bulletin, title="Lịch cấp nước", text=text, clip_id=None, voice="", edition=edition, now=NOW
    )


def test_every_change_is_a_new_edition_and_an_older_one_is_refused(world):
    bulletin = make_bulletin(world)

    save(world, bulletin, "Của người thứ nhất.", edition=1)
    with pytest.raises(refusals.EditedMeanwhile):
        save(world, bulletin, "Của người thứ hai.", edition=1)

    bulletin.refresh_from_db()
    assert (bulletin.edition, bulletin.current.text) == (2, "Của người thứ nhất.")
    save(world, bulletin, "Của cả hai.", edition=2)
    assert bulletin.current.text == "Của cả hai."


@pytest.mark.django_db(transaction=True)
def test_of_two_who_save_at_the_same_instant_one_is_told(world):
    bulletin = make_bulletin(world)
    together, said = threading.Barrier(2), []

    def write(text):
        try:
            mine = Bulletin.objects.unscoped("test").select_related("unit").get(pk=bulletin.pk)
            together.wait(10)
            save(world, mine, text, edition=1)
            said.append(text)
        except refusals.EditedMeanwhile:
            said.append("both")
        finally:
            connection.close()

    threads = [threading.Thread(target=write, args=(text,)) for text in ("Một.", "Hai.")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)

    bulletin.refresh_from_db()
    (kept,) = [text for text in said if text != "both"]
    assert (len(said), bulletin.edition, bulletin.current.text) == (2, 2, kept)


@pytest.mark.django_db(transaction=True)
def test_a_form_sent_twice_at_the_same_instant_breaks_nothing(world):
    wished, together, made = uuid7.make(), threading.Barrier(2), []

    def write():
        try:
            together.wait(10)
            made.append(
                commands.write(
                    world.officer, world.commune, title="Tin", text="Tin.", author_id=world.officer_user.pk,
                    bulletin_id=wished, now=NOW,
                ).pk
            )  # fmt: skip
        finally:
            connection.close()

    threads = [threading.Thread(target=write) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)

    assert (len(made), wished in made) == (2, True)


def test_words_that_were_handed_in_meanwhile_are_kept_and_superseded(world):
    bulletin = make_submitted(world)

    save(world, bulletin, "Bản sau.", edition=1)

    assert list(Revision.objects.unscoped("test").order_by("number").values_list("state", flat=True)) == [
        "superseded",
        "draft",
    ]


def test_who_else_has_it_open_is_known_for_a_few_minutes(world):
    bulletin = make_bulletin(world, clip=make_clip(world.commune))
    officer, editor = world.officer_user.pk, world.province_editor_user.pk

    editing.seen(bulletin, user_id=officer, now=NOW)
    editing.seen(bulletin, user_id=officer, now=NOW + A_MINUTE)

    assert editing.others(bulletin.pk, user_id=editor, now=NOW + 2 * A_MINUTE) == ["Trần Văn Cán"]
    assert editing.others(bulletin.pk, user_id=officer, now=NOW + 2 * A_MINUTE) == []
    assert editing.others(bulletin.pk, user_id=editor, now=NOW + 5 * A_MINUTE) == []
    editing.seen(bulletin, user_id=editor, now=NOW + 5 * A_MINUTE)
    assert Editing.objects.unscoped("test").count() == 1


def test_differences_are_told_word_by_word_and_put_together():
    pieces = rules.differences("Mất điện từ 8 giờ tối nay.", "Mất điện từ 9 giờ tối nay.")

    assert [(piece.change, piece.text) for piece in pieces] == [
        (Change.SAME, "Mất điện từ "),
        (Change.GONE, "8"),
        (Change.NEW, "9"),
        (Change.SAME, " giờ tối nay."),
    ]
    assert rules.both("một hai", "một ba hai") == "một ba hai"
    assert rules.both("lúc 8 giờ", "lúc 9 giờ") == "lúc 8 9 giờ"
    assert rules.differences("", "") == []


@pytest.mark.parametrize("piece", ["a ", "\n", "dài", "một\n"])
def test_hostile_texts_are_compared_in_time_and_whole(piece):
    before, after = piece * 9_000, piece * 8_000 + "khác"

    pieces = rules.differences(before, after)

    assert "".join(one.text for one in pieces if one.change != Change.NEW) == before
    assert "".join(one.text for one in pieces if one.change != Change.GONE) == after


def test_a_draft_without_a_title_is_called_by_its_first_words():
    assert rules.working_title("Sáng mai\ncó nước.") == "Sáng mai"
    assert rules.working_title("Kính mời bà con đến nhà văn hóa thôn Phù Lưu dự buổi họp chi bộ") == (
        "Kính mời bà con đến nhà văn hóa thôn Phù Lưu dự buổi họp…"
    )
    assert rules.working_title(" \n ") == ""
