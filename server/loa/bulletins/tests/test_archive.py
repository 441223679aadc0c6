"""Searching the archive: what is found, in which order, by whom."""

import pytest

from loa.bulletins import commands, queries
from loa.bulletins.models import Bulletin, Revision, Sought
from loa.bulletins.rules import State
from loa.bulletins.rules.renditions import Form
from loa.bulletins.tests.making import A_MINUTE, NOW, make_clip
from loa.orgs.rules import Channel

pytestmark = pytest.mark.django_db


def write(world, title, text="", *, unit=None, scope=None, user=None, now=NOW, clip_id=None, voice=""):
    return commands.write(
        scope or world.officer,
        unit or world.commune,
        title=title,
        text=text,
        author_id=(user or world.officer_user).pk,
        clip_id=clip_id,
        voice=voice,
        now=now,
    )


def titles(scope, words, *, offset=0, limit=30, **filters):
    found = queries.search(scope, words, queries.Filters(**filters), offset=offset, limit=limit, now=NOW + A_MINUTE)
    return [bulletin.title for bulletin in found.bulletins]


def test_words_without_accents_find_those_with(world):
    write(world, "Lễ hội Hoà Bình")

    assert titles(world.officer, "hoa binh") == ["Lễ hội Hoà Bình"]
    assert titles(world.officer, "HÒA BÌNH") == ["Lễ hội Hoà Bình"]


def test_typed_with_accents_the_same_accents_come_first(world):
    write(world, "Thôn Hòa Bình họp", now=NOW)
    write(world, "Hoa bình minh nở", now=NOW + A_MINUTE)

    assert titles(world.officer, "hòa bình") == ["Thôn Hòa Bình họp", "Hoa bình minh nở"]
    assert titles(world.officer, "hoa binh") == ["Hoa bình minh nở", "Thôn Hòa Bình họp"]


def test_the_title_counts_more_than_the_text_and_side_by_side_more_than_apart(world):
    write(world, "Một", "Nước sạch về thôn", now=NOW)
    write(world, "Hai", "Nước về thôn, sạch đường", now=NOW + A_MINUTE)
    write(world, "Nước sạch", "Không có gì", now=NOW - A_MINUTE)

    assert titles(world.officer, "nuoc sach") == ["Nước sạch", "Một", "Hai"]


def test_a_phrase_in_quotes_and_a_word_with_minus(world):
    write(world, "Một", "Cấp nước sạch")
    write(world, "Hai", "Cấp sạch nước")
    write(world, "Ba", "Cấp nước sạch và điện")

    assert sorted(titles(world.officer, '"nước sạch"')) == ["Ba", "Một"]
    assert titles(world.officer, '"nuoc sach" -điện') == ["Một"]


def test_an_abbreviation_finds_its_words_and_they_find_it(world):
    write(world, "UBND xã mời họp")
    write(world, "Ủy ban nhân dân xã mời họp")

    assert len(titles(world.officer, "ubnd")) == 2
    assert len(titles(world.officer, "uỷ ban nhân dân")) == 2


def test_the_beginning_of_a_word_is_enough_while_typing(world):
    write(world, "Thông báo")

    assert titles(world.officer, "thong bao") == ["Thông báo"]
    assert titles(world.officer, "tho") == ["Thông báo"]


def test_a_slip_is_mended_and_said(world):
    write(world, "Tiêm chủng mở rộng")

    found = queries.search(world.officer, "tiem chungg", queries.Filters(), offset=0, limit=5, now=NOW)

    assert [bulletin.title for bulletin in found.bulletins] == ["Tiêm chủng mở rộng"]
    assert found.instead == {"chungg": "chung"}


def test_a_slip_is_mended_by_words_of_any_bulletin_not_only_of_the_first(world):
    write(world, "Lễ hội làng")
    write(world, "Tiêm chủng mở rộng")

    assert titles(world.officer, "chungg") == ["Tiêm chủng mở rộng"]


def test_words_that_many_have_are_ranked_as_those_that_few_have(world):
    for number in range(40):
        write(world, f"Tin {number}", "Nước sạch về thôn", now=NOW + number * A_MINUTE)
    write(world, "Tin cuối", "Sạch nước về thôn", now=NOW + 50 * A_MINUTE)
    write(world, "Nước sạch", "", now=NOW - A_MINUTE)

    found = titles(world.officer, "nuoc sach")

    assert found[:3] == ["Nước sạch", "Tin 39", "Tin 38"]
    assert len(set(found)) == 30
    assert titles(world.officer, "nuoc sach", offset=30)[-1] == "Tin cuối"


def test_a_slip_is_not_mended_by_words_of_others(world):
    write(world, "Tiêm chủng", unit=world.outsider_commune, scope=world.system, user=world.outsider_user)

    found = queries.search(world.officer, "chungg", queries.Filters(), offset=0, limit=5, now=NOW)

    assert (list(found.bulletins), found.instead) == ([], {})


def test_nobody_finds_what_they_may_not_read(world):
    write(world, "Tiêm chủng")

    assert titles(world.monitor, "tiem") == ["Tiêm chủng"]
    assert titles(world.outsider, "tiem") == []
    assert titles(world.technician, "tiem") == []


def test_what_changes_is_found_as_it_is_now(world):
    bulletin = write(world, "Cũ", "chữ cũ")

    commands.revise(world.officer, bulletin, title="Mới", text="lời khác", clip_id=None, voice="", now=NOW)

    assert titles(world.officer, "cu") == []
    assert titles(world.officer, "loi khac") == ["Mới"]


def test_filters_narrow(world):
    spoken = write(world, "Một nói", clip_id=make_clip(world.commune).pk, voice="vi")
    write(world, "Một viết", now=NOW + A_MINUTE)
    commands.withdraw(world.officer, spoken, now=NOW)

    assert titles(world.officer, "mot", states=[State.WITHDRAWN]) == ["Một nói"]
    assert titles(world.officer, "mot", sound="none") == ["Một viết"]
    assert titles(world.officer, "mot", sound="spoken") == ["Một nói"]
    assert titles(world.officer, "", written_since=NOW + A_MINUTE) == ["Một viết"]
    assert titles(world.officer, "mot", written_until=NOW + A_MINUTE) == ["Một nói"]
    assert titles(world.monitor, "mot", unit_path=world.other_commune.path) == []
    assert titles(world.monitor, "mot", unit_path=world.district.path) == ["Một viết", "Một nói"]
    assert titles(world.officer, "mot", is_aired=True) == []
    assert titles(world.officer, "mot", is_aired=False) == ["Một viết", "Một nói"]


def test_what_was_prepared_for_a_channel_is_found_by_it(world):
    spoken = write(world, "Một nói", clip_id=make_clip(world.commune).pk, voice="vi")
    texted = write(world, "Một nhắn", now=NOW + A_MINUTE)
    as_shown = queries.renditions(world.officer, Bulletin.objects.unscoped("test").get(pk=texted.pk))[Form.SMS].seen
    commands.edit_rendition(
        world.officer, texted, form=Form.SMS, title="", body="Mai có nước.", seen=as_shown, now=NOW + A_MINUTE
    )

    assert titles(world.officer, "mot", channel=Channel.LOUDSPEAKER) == [spoken.title]
    assert titles(world.officer, "mot", channel=Channel.SMS) == [texted.title]
    assert titles(world.officer, "", channel=Channel.SMS) == [texted.title]
    assert titles(world.officer, "mot", channel=Channel.BOARD) == []


def test_pages_follow_each_other_without_gap_or_repetition(world):
    for number in range(7):
        write(world, f"Nước {'sạch' if number % 2 else 'sach'} {number}", "nước sạch", now=NOW + number * A_MINUTE)

    whole = titles(world.officer, "nước sạch")

    assert len(set(whole)) == 7
    assert [
        title for page in range(4) for title in titles(world.officer, "nước sạch", offset=page * 2, limit=2)
    ] == whole


@pytest.mark.parametrize(
    "words",
    ["'", "\\", "a' | 'b", ":*", "!", "&", "(", '"', "-", "--", "\u202eabc", "😀", "x" * 10_000, "a\0b", "<script>"],
)
def test_whatever_is_typed_is_answered(world, words):
    write(world, "Thông báo")

    assert titles(world.officer, words) in ([], ["Thông báo"])


def test_what_is_sought_is_what_stands(world):
    write(world, "Một", "chữ")
    bulletin = write(world, "Hai", "chữ")
    commands.withdraw(world.officer, bulletin, now=NOW)

    rows = Sought.objects.unscoped("test").values_list("bulletin_id", "unit_id", "state", "changed_at")
    stand = Bulletin.objects.unscoped("test").values_list("pk", "unit_id", "state", "changed_at")
    assert sorted(rows) == sorted(stand)


def test_a_draft_that_is_removed_is_sought_no_more(world):
    bulletin = write(world, "Một")
    Bulletin.objects.unscoped("test").filter(pk=bulletin.pk).update(current=None)
    Revision.objects.unscoped("test").filter(bulletin=bulletin).delete()

    Bulletin.objects.unscoped("test").filter(pk=bulletin.pk)._raw_delete("default")

    assert not Sought.objects.unscoped("test").exists()
