from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction

from loa.audit.models import Entry
from loa.bulletins import commands, queries, refusals, rules
from loa.bulletins.models import Category, Language, Revision
from loa.bulletins.rules import Facts, Kind
from loa.bulletins.tests.making import A_MINUTE, HEARD, NOW, make_bulletin, make_clip, make_submitted
from loa.kernel.errors import Denied, NotFound


def written(world, facts, *, scope=None, text="Mất điện từ 8 giờ. Đề nghị bà con chủ động."):
    return commands.write(
        scope or world.officer,
        world.commune,
        title="Mất điện",
        text=text,
        author_id=world.officer_user.pk,
        clip_id=make_clip(world.commune).pk,
        voice="vi",
        facts=facts,
        now=NOW,
    )


def test_a_short_text_is_its_own_abstract_and_a_long_one_is_cut_at_a_sentence():
    assert rules.derived_abstract("Mất điện", "Mất điện từ 8 giờ.\nXin cảm ơn.") == "Mất điện từ 8 giờ. Xin cảm ơn."
    long = "Mời bà con đến trạm y tế. " * 9 + "Câu cuối cùng này quá dài để còn chỗ."
    assert rules.derived_abstract("Tiêm chủng", long) == ("Mời bà con đến trạm y tế. " * 9).strip()


def test_an_endless_sentence_is_cut_at_a_word_and_a_recording_is_told_by_its_title():
    cut = rules.derived_abstract("Tin", "một hai " * 200)

    assert len(cut) <= 240
    assert cut.endswith((" một…", " hai…"))
    assert len(rules.derived_abstract("Tin", "a" * 5000)) <= 240
    assert rules.derived_abstract("Lời chào đầu năm", " \n") == "Lời chào đầu năm"


def test_handing_in_completes_what_was_left_open(world):
    bulletin = written(world, Facts(kind=Kind.POWER_CUT))

    revision = commands.submit(world.officer, bulletin, now=NOW + A_MINUTE)

    assert revision.facts == Facts(
        kind=Kind.POWER_CUT,
        category="local.services",
        abstract="Mất điện từ 8 giờ. Đề nghị bà con chủ động.",
        byline="Trần Văn Cán",
        language="vi",
        valid_from=NOW + A_MINUTE,
        valid_until=NOW + A_MINUTE + timedelta(days=30),
    )
    bulletin.refresh_from_db()
    assert bulletin.origin_level == "commune"


def test_what_the_writer_said_stands(world):
    said = Facts(
        kind=Kind.NEWS,
        category="people.exemplary",
        abstract="Một tấm gương.",
        byline="Hương Sen",
        language="mtq",
        valid_from=NOW,
        valid_until=NOW + timedelta(days=3),
        is_must=True,
    )
    bulletin = written(world, said)

    commands.submit(world.officer, bulletin, now=NOW)

    assert queries.revision_facts(bulletin.current_id).facts == said


def test_every_kind_but_other_has_a_category_in_use(world):
    in_use = set(Category.objects.filter(during__contains=NOW.date()).values_list("pk", flat=True))

    assert set(Kind) - set(rules.CATEGORY_OF) == {Kind.OTHER}
    assert set(rules.CATEGORY_OF.values()) <= in_use


def test_handing_in_refuses_what_belongs_nowhere(world):
    bulletin = written(world, Facts(kind=Kind.OTHER))

    with pytest.raises(refusals.CategoryNeeded):
        commands.submit(world.officer, bulletin, now=NOW)

    commands.revise(
        world.officer,
        bulletin,
        title="Mất điện",
        text=bulletin.current.text,
        clip_id=bulletin.current.clip_id,
        voice="vi",
        facts=Facts(kind=Kind.OTHER, category="people.goods"),
        now=NOW,
    )
    assert commands.submit(world.officer, bulletin, now=NOW).category_id == "people.goods"


@pytest.mark.parametrize(
    ("facts", "refusal"),
    [
        (Facts(category="no.such"), refusals.CategoryUnknown),
        (Facts(language="zzz"), refusals.LanguageUnknown),
        (Facts(abstract="a" * 501), refusals.AbstractTooLong),
        (Facts(byline="a" * 121), refusals.BylineTooLong),
        (Facts(valid_from=NOW, valid_until=NOW), refusals.ValidBackwards),
    ],
)
def test_write_refuses_facts_that_cannot_be(world, facts, refusal):
    with pytest.raises(refusal):
        written(world, facts)
    assert not Revision.objects.unscoped("test").exists()


def test_facts_are_refused_to_the_wrong_unit_and_the_wrong_role(world):
    with pytest.raises(NotFound):
        written(world, Facts(), scope=world.other_officer)
    with pytest.raises(Denied):
        written(world, Facts(), scope=world.leader)


def test_an_ended_category_stays_with_what_had_it_and_is_no_longer_chosen(world):
    bulletin = written(world, Facts(category="people.goods"))
    Category.objects.filter(pk="people.goods").update(during=(None, NOW.date()))

    with pytest.raises(refusals.CategoryUnknown):
        written(world, Facts(category="people.goods"))
    assert commands.submit(world.officer, bulletin, now=NOW).category_id == "people.goods"


def test_a_derived_abstract_follows_a_changed_text_and_a_written_one_stays(world):
    for abstract, expected in (("", "Câu mới."), ("Của tôi.", "Của tôi.")):
        bulletin = written(world, Facts(abstract=abstract))
        commands.submit(world.officer, bulletin, now=NOW)
        commands.revise(
            world.officer, bulletin, title="Mới", text="Câu mới.", clip_id=make_clip(world.commune).pk, voice="vi",
            now=NOW,
        )  # fmt: skip

        assert commands.submit(world.officer, bulletin, now=NOW).abstract == expected


def test_facts_lose_what_nobody_can_see(world):
    bulletin = written(world, Facts(abstract="Mất\x00 điện\u202e", byline=" Cán\u2066 \n bộ "))

    assert (bulletin.current.abstract, bulletin.current.byline) == ("Mất điện", "Cán bộ")


def test_the_digest_moves_with_every_fact(world):
    revision = make_submitted(world).current
    words = {"title": "a", "text": "b", "clip_sha256": "c"}
    told = revision.told()
    whole = rules.content_sha256(**words, facts=told)

    assert len({rules.content_sha256(**words, facts=told | {name: "x"}) for name in told} | {whole}) == len(told) + 1


def test_nothing_is_handed_in_without_its_facts_also_by_raw_sql(world):
    bulletin = make_bulletin(world)
    hand_in = "UPDATE bulletins_revision SET state = 'submitted', submitted_at = now()"

    for change in ("", ", recipe = 1"):
        with (
            pytest.raises(DatabaseError, match=r"handed_in_complete|tells its facts"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(hand_in + change + " WHERE bulletin_id = %s", [bulletin.pk])


def test_what_was_handed_in_before_facts_were_kept_is_approved_and_recorded_by_the_former_recipe(world):
    bulletin = make_submitted(world)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE bulletins_revision DISABLE TRIGGER bulletins_revision_stands")
        cursor.execute("UPDATE bulletins_revision SET recipe = 1, category_id = NULL, abstract = '', byline = ''")
        cursor.execute("ALTER TABLE bulletins_revision ENABLE TRIGGER bulletins_revision_stands")

    commands.approve(world.leader, bulletin, number=1, hearing=HEARD, now=NOW)

    detail = Entry.objects.get(action="bulletins.approve", result="done").detail
    assert detail["content_recipe"] == 1


def test_minority_languages_come_with_the_program(db):
    names = dict(Language.objects.values_list("code", "name_vi"))

    assert names["vi"] == "Tiếng Việt"
    assert {"Tiếng Mường", "Tiếng Tày", "Tiếng Nùng", "Tiếng Dao", "Tiếng Sán Dìu", "Tiếng Cao Lan"} <= set(
        names.values()
    )
