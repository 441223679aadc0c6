import pytest
from django.db import DatabaseError, connection, transaction

from loa.bulletins import commands
from loa.bulletins.models import Bulletin, Revision
from loa.bulletins.tests.making import A_MINUTE, HEARD, NOW, make_bulletin, make_clip, make_submitted

OTHER_VALUES = {
    "id": "gen_random_uuid()",
    "bulletin_id": "gen_random_uuid()",
    "number": "number + 1",
    "title": "title || 'x'",
    "text": "text || 'x'",
    "clip_id": "gen_random_uuid()",
    "voice": "voice || 'x'",
    "written_by": "written_by || '1'",
    "state": "'superseded'",
    "created_at": "created_at + interval '1 s'",
    "submitted_at": "submitted_at - interval '1 s'",
    "decided_at": "decided_at + interval '1 s'",
    "decided_by_id": "decided_by_id + 1",
    "note": "note || 'x'",
    "kind": "'news'",
    "category_id": "'policy'",
    "abstract": "abstract || 'x'",
    "byline": "byline || 'x'",
    "language_id": "'mtq'",
    "valid_from": "valid_from - interval '1 s'",
    "valid_until": "valid_until + interval '1 s'",
    "is_must": "NOT is_must",
    "requester": "requester || 'x'",
    "paper_id": "gen_random_uuid()",
    "answers": "'{}'::jsonb",
    "recipe": "1",
}
LATER = {"state", "decided_at", "decided_by_id", "note"}
"""What a decision writes."""


def attack(sql, *parameters):
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(sql, parameters)


def change(bulletin, column):
    attack(
        f"UPDATE bulletins_revision SET {column} = {OTHER_VALUES[column]} WHERE bulletin_id = %s",  # noqa: S608 - the columns stand above
        bulletin.pk,
    )


@pytest.fixture
def approved(world):
    bulletin = make_submitted(world)
    commands.approve(world.leader, bulletin, number=1, hearing=HEARD, now=NOW + A_MINUTE)
    return bulletin


def test_every_column_of_a_revision_is_tried():
    assert set(OTHER_VALUES) == {field.column for field in Revision._meta.concrete_fields}


@pytest.mark.parametrize("column", OTHER_VALUES)
def test_no_column_of_an_approved_revision_changes(approved, column):
    with pytest.raises(DatabaseError, match="what was approved stands"):
        change(approved, column)


@pytest.mark.parametrize("column", sorted(set(OTHER_VALUES) - LATER))
def test_no_column_of_handed_in_words_changes(world, column):
    bulletin = make_submitted(world)

    with pytest.raises(DatabaseError, match="words that were handed in stand"):
        change(bulletin, column)


@pytest.mark.parametrize("switch", ["approved_stands_b0fd5", "handed_in_words_stand_2ffff", "handed_in_stays_ef847"])
def test_no_setting_opens_an_approved_revision(approved, switch):
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('pgtrigger.ignore', %s, false)", [f"{{pgtrigger_{switch}}}"])

    with pytest.raises(DatabaseError, match="what was approved stands"):
        change(approved, "text")
    with pytest.raises(DatabaseError, match="is not deleted"):
        attack("DELETE FROM bulletins_revision WHERE bulletin_id = %s", approved.pk)


@pytest.mark.parametrize("table", ["bulletins_revision", "bulletins_revision CASCADE", "bulletins_bulletin CASCADE"])
def test_revisions_are_never_emptied(approved, table):
    with pytest.raises(DatabaseError, match=r"never emptied|foreign key"):
        attack(f"TRUNCATE {table}")

    assert Revision.objects.unscoped("test").count() == 1


def test_a_revision_is_not_born_approved(approved):
    with pytest.raises(DatabaseError, match="begins as a draft"):
        attack(
            "INSERT INTO bulletins_revision SELECT (jsonb_populate_record(kept, "
            "jsonb_build_object('id', gen_random_uuid(), 'number', 2))).* FROM bulletins_revision AS kept"
        )


def test_a_draft_is_not_approved_past_its_author(world):
    bulletin = make_bulletin(world)

    with pytest.raises(DatabaseError, match="only what was handed in is decided"):
        attack(
            "UPDATE bulletins_revision SET state = 'approved', submitted_at = now(), decided_at = now(), "
            "decided_by_id = %s WHERE bulletin_id = %s",
            world.leader_user.pk,
            bulletin.pk,
        )


def test_a_revision_still_goes_every_way_it_may(world):
    bulletin = make_submitted(world)
    commands.send_back(world.leader, bulletin, number=1, note="Thêm giờ.", now=NOW)
    for text in ("Sáng thứ ba.", "Sáng thứ tư."):
        words = Bulletin.objects.unscoped("test").select_related("unit", "current").get(pk=bulletin.pk)
        commands.revise(
            world.officer, words, title=words.title, text=text, clip_id=make_clip(world.commune).pk, voice="vi", now=NOW
        )
        commands.submit(world.officer, words, now=NOW)
    commands.approve(world.leader, bulletin, number=3, hearing=HEARD, now=NOW + A_MINUTE)

    states = Revision.objects.unscoped("test").order_by("number").values_list("state", flat=True)
    assert list(states) == ["returned", "superseded", "approved"]
