import threading

import pytest
from django.db import DatabaseError, connection, transaction

from loa.audit.models import Entry
from loa.bulletins import commands, queries, refusals, rendering
from loa.bulletins.models import Bulletin, Rendition, Revision
from loa.bulletins.rules.renditions import Form
from loa.bulletins.rules.sealing import renditions_sha256
from loa.bulletins.tests.making import A_MINUTE, HEARD, NOW, make_bulletin, make_clip, make_submitted
from loa.kernel.errors import Denied, DomainError, NotFound
from loa.orgs.rules import Channel

TEXT = "Sáng thứ Ba từ 7 giờ đến 9 giờ cấp nước tại thôn Đình. Hỏi thêm: 0211 3 825 123."
OTHER_VALUES = {
    "id": "gen_random_uuid()",
    "revision_id": "gen_random_uuid()",
    "form": "'ticker'",
    "title": "title || 'x'",
    "body": "body || 'x'",
    "source_sha256": "repeat('0', 64)",
    "recipe": "recipe + 1",
    "is_edited": "NOT is_edited",
    "written_by": "written_by || '1'",
    "changed_at": "changed_at + interval '1 s'",
}


@pytest.fixture
def draft(world):
    return make_bulletin(world, text=TEXT)


def fresh(bulletin):
    return Bulletin.objects.unscoped("test").select_related("unit", "current").get(pk=bulletin.pk)


def shown(world, bulletin, form=Form.SMS):
    return queries.renditions(world.officer, fresh(bulletin))[form]


def edit(world, bulletin, body, *, form=Form.SMS, title="", seen=None, scope=None, now=NOW):
    commands.edit_rendition(
        scope or world.officer,
        bulletin,
        form=form,
        title=title,
        body=body,
        seen=shown(world, bulletin, form).seen if seen is None else seen,
        now=now,
    )


def revise(world, bulletin, text):
    clip = make_clip(world.commune)
    commands.revise(
        world.officer, bulletin, title=bulletin.title, text=text, clip_id=clip.pk, voice="vi", now=NOW + A_MINUTE
    )


def rows():
    return Rendition.objects.unscoped("test")


def attack(sql, *parameters):
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(sql, parameters)


def test_a_draft_has_every_form_and_keeps_none_until_somebody_changes_it(world, draft):
    found = queries.renditions(world.officer, draft)

    assert list(found) == list(Form)
    assert all(not one.is_kept and not one.is_edited and not one.is_stale for one in found.values())
    assert "7 giờ" in found[Form.SMS].words.body
    assert not rows().exists()


def test_an_edited_form_is_kept_with_who_and_when_and_the_others_follow_the_text(world, draft):
    edit(world, draft, "Có nước từ 7 giờ.")

    one = shown(world, draft)
    assert (one.words.body, one.is_edited, one.is_stale) == ("Có nước từ 7 giờ.", True, False)
    assert (one.written_by, one.changed_at) == (str(world.officer_user.pk), NOW)
    assert rows().count() == 1


def test_words_equal_to_the_derived_ones_are_not_kept(world, draft):
    derived = shown(world, draft).words.body
    edit(world, draft, "Khác.")

    edit(world, draft, derived)

    assert not rows().exists()


def test_an_edited_form_is_stale_when_the_text_changed_and_its_neighbors_are_not(world, draft):
    edit(world, draft, "Có nước từ 7 giờ.")

    revise(world, draft, TEXT.replace("7 giờ", "8 giờ"))

    found = queries.renditions(world.officer, fresh(draft))
    assert [form for form, one in found.items() if one.is_stale] == [Form.SMS]
    assert "8 giờ" in found[Form.SMS].derived.body
    assert "8 giờ" in found[Form.TICKER].words.body


def test_what_is_stale_cannot_be_handed_in_until_somebody_says_what_holds(world, draft):
    edit(world, draft, "Có nước từ 7 giờ.")
    revise(world, draft, TEXT.replace("thứ Ba", "thứ Tư"))

    with pytest.raises(refusals.RenditionsStale):
        commands.submit(world.officer, draft, now=NOW)
    commands.keep_rendition(world.officer, draft, form=Form.SMS, seen=shown(world, draft).seen, now=NOW)
    commands.submit(world.officer, draft, now=NOW)

    assert rows().get(form=Form.SMS).body == "Có nước từ 7 giờ."
    assert rows().count() == len(Form)


def test_deriving_anew_gives_up_what_was_edited(world, draft):
    edit(world, draft, "Có nước từ 7 giờ.")
    revise(world, draft, TEXT.replace("7 giờ", "8 giờ"))

    commands.derive_rendition(world.officer, draft, form=Form.SMS, seen=shown(world, draft).seen)

    one = shown(world, draft)
    assert "8 giờ" in one.words.body
    assert not one.is_kept


def test_an_edit_survives_a_bulletin_that_was_sent_back(world, draft):
    edit(world, draft, "Có nước từ 7 giờ.")
    commands.submit(world.officer, draft, now=NOW)
    commands.send_back(world.leader, draft, number=1, note="Thêm giờ.", now=NOW)

    revise(world, draft, TEXT)

    assert shown(world, draft).words.body == "Có nước từ 7 giờ."
    assert not shown(world, draft).is_stale
    assert rows().filter(revision__number=2).count() == 1


@pytest.mark.parametrize("decide", ["submit", "approve", "send_back"])
def test_what_was_handed_in_is_not_edited(world, draft, decide):
    commands.submit(world.officer, draft, now=NOW)
    if decide == "approve":
        commands.approve(world.leader, draft, number=1, hearing=HEARD, now=NOW)
    elif decide == "send_back":
        commands.send_back(world.leader, draft, number=1, note="Sửa.", now=NOW)

    with pytest.raises(refusals.RenditionStands):
        edit(world, draft, "Khác.")
    with pytest.raises(refusals.RenditionStands):
        commands.derive_rendition(world.officer, draft, form=Form.SMS, seen=shown(world, draft).seen)
    with pytest.raises(refusals.RenditionStands):
        commands.keep_rendition(world.officer, draft, form=Form.SMS, seen=shown(world, draft).seen, now=NOW)


def test_the_second_of_two_editors_is_told_and_overwrites_nothing(world, draft):
    before = shown(world, draft).seen
    edit(world, draft, "Của người thứ nhất.")

    with pytest.raises(refusals.RenditionChanged):
        edit(world, draft, "Của người thứ hai.", seen=before)

    assert shown(world, draft).words.body == "Của người thứ nhất."


@pytest.mark.parametrize(
    ("words", "refusal"),
    [
        ((Form.SLIDE, "", "Một dòng"), refusals.RenditionTitleMissing),
        ((Form.SLIDE, "T" * 61, "Một dòng"), refusals.RenditionTitleTooLong),
        ((Form.SLIDE, "Nước", "\n".join("abcdefg")), refusals.TooManyRows),
        ((Form.SLIDE, "Nước", "x" * 37), refusals.RowTooLong),
        ((Form.TICKER, "", "x" * 201), refusals.RenditionTooLong),
        ((Form.SMS, "", "ư" * 202), refusals.TooManyParts),
        ((Form.SMS, "", "x" * 460), refusals.RenditionTooLong),
        ((Form.SMS, "", " \u200b\n"), refusals.RenditionEmpty),
        ((Form.SMS, "", " \n "), refusals.RenditionEmpty),
        ((Form.SOCIAL, "", "x" * 501), refusals.RenditionTooLong),
        ((Form.ARTICLE, "x" * 101, "x"), refusals.RenditionTitleTooLong),
        ((Form.LEAFLET, "x", "x" * 1_601), refusals.RenditionTooLong),
    ],
)
def test_what_a_channel_does_not_hold_is_refused_with_its_limit(world, draft, words, refusal):
    form, title, body = words

    with pytest.raises(refusal):
        edit(world, draft, body, form=form, title=title)

    assert not rows().exists()


def test_only_who_writes_here_edits(world, draft):
    seen = shown(world, draft).seen

    with pytest.raises(Denied):
        edit(world, draft, "Khác.", scope=world.leader, seen=seen)
    with pytest.raises(NotFound):
        edit(world, draft, "Khác.", scope=world.outsider, seen=seen)
    with pytest.raises(NotFound):
        queries.renditions(world.outsider, draft)
    assert not rows().exists()


def test_an_approval_covers_every_form_by_a_digest_in_the_record(world, draft):
    edit(world, draft, "Có nước từ 7 giờ.")
    commands.submit(world.officer, draft, now=NOW)
    commands.approve(world.leader, draft, number=1, hearing=HEARD, now=NOW + A_MINUTE)

    noted = {
        entry.action: entry.detail["renditions_sha256"]
        for entry in Entry.objects.filter(action__in=["bulletins.submit", "bulletins.approve"])
    }
    assert set(noted.values()) == {renditions_sha256(row.words for row in rows())}
    assert len(noted) == 2


def test_rooms_above_read_what_a_channel_says(world, draft):
    edit(world, draft, "Có nước từ 7 giờ.")

    revision = fresh(draft).current_id
    assert [words.body for words in queries.rendition(revision, Channel.SMS)] == ["Có nước từ 7 giờ."]
    assert [words.form for words in queries.rendition(revision, Channel.BOARD)] == [Form.SLIDE, Form.TICKER]
    assert queries.rendition(revision, Channel.WEB) == queries.rendition(revision, Channel.APP)


def test_every_column_of_a_rendition_is_tried():
    assert set(OTHER_VALUES) == {field.column for field in Rendition._meta.concrete_fields}


@pytest.mark.parametrize("column", OTHER_VALUES)
@pytest.mark.parametrize("is_approved", [False, True])
def test_no_column_of_a_handed_in_rendition_changes_by_sql(world, column, is_approved):
    bulletin = make_submitted(world)
    if is_approved:
        commands.approve(world.leader, bulletin, number=1, hearing=HEARD, now=NOW + A_MINUTE)

    with pytest.raises(DatabaseError, match="bulletins_rendition"):
        attack(f"UPDATE bulletins_rendition SET {column} = {OTHER_VALUES[column]} WHERE form = 'sms'")  # noqa: S608 - the columns stand above


@pytest.mark.parametrize(
    "act",
    [
        "DELETE FROM bulletins_rendition WHERE form = 'sms'",
        "TRUNCATE bulletins_rendition",
        """INSERT INTO bulletins_rendition SELECT (
           jsonb_populate_record(kept, jsonb_build_object('id', gen_random_uuid(), 'form', 'sms'))
           ).* FROM bulletins_rendition AS kept LIMIT 1""",
    ],
)
def test_handed_in_renditions_are_neither_removed_nor_joined_by_others(world, act):
    make_submitted(world)

    with pytest.raises(DatabaseError, match="bulletins_rendition"):
        attack(act)

    assert rows().count() == len(Form)


def test_a_draft_of_one_bulletin_lends_nothing_to_another(world, draft):
    edit(world, draft, "Có nước từ 7 giờ.")
    submitted = make_submitted(world)

    with pytest.raises(DatabaseError, match="stays with its revision"):
        attack("UPDATE bulletins_rendition SET revision_id = %s WHERE body = 'Có nước từ 7 giờ.'", submitted.current_id)


@pytest.mark.django_db(transaction=True)
def test_an_edit_and_a_handing_in_at_once_leave_what_was_approved_whole(world):
    draft = make_bulletin(world, text=TEXT)
    seen = shown(world, draft).seen
    told = []

    def late():
        try:
            edit(world, fresh(draft), "Khác.", seen=seen)
            told.append("edited")
        except DomainError as refusal:
            told.append(refusal.code)
        finally:
            connection.close()

    threads = [threading.Thread(target=late) for _ in range(3)]
    for thread in threads:
        thread.start()
    commands.submit(world.officer, fresh(draft), now=NOW)
    for thread in threads:
        thread.join()

    revision = Revision.objects.unscoped("test").select_related("bulletin__unit").get(bulletin=draft)
    (noted,) = Entry.objects.filter(action="bulletins.submit", result="done").values_list("detail", flat=True)
    assert noted["renditions_sha256"] == rendering.digest(revision)
    assert set(told) <= {"edited", "rendition_stands", "rendition_changed"}
    assert len(told) == len(threads)
