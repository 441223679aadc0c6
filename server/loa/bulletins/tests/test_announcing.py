import pytest
from django.db import DatabaseError, connection, transaction

from loa.bulletins import commands, refusals, rules, standard
from loa.bulletins.models import Bulletin
from loa.bulletins.tests.making import HEARD, NOW, make_clip
from loa.kernel import scope as scopes
from loa.kernel.errors import Denied, NotFound, WrongState
from loa.media.models import Document

GIVEN = standard.templates()["third_recruitment"]
FORM = rules.Pattern(
    code=GIVEN.code, kind=GIVEN.kind, name="Tuyển dụng", title=GIVEN.title, text=GIVEN.text, is_third_party=True
)
ANSWERS = {
    "Tên đơn vị": "Công ty May Tam Hồng",
    "Địa chỉ": "thôn Phù Lưu",
    "Vị trí": "công nhân may",
    "Số lượng": "20",
    "Yêu cầu": "từ 18 tuổi",
    "Hạn nhận": "2026-12-15",
}


def make_paper(world, unit=None):
    return Document.objects.create(
        unit=unit or world.commune, sha256="ab" * 32, size_bytes=10, kind="pdf", name="giay-de-nghi.pdf", added_at=NOW
    )


def announced(world, *, scope=None, paper="own", requester="Công ty May Tam Hồng", answers=ANSWERS, form=FORM):
    given = make_paper(world) if paper == "own" else paper
    return commands.announce(
        scope or world.officer,
        world.commune,
        form=form,
        answers=answers,
        requester=requester,
        paper_id=given and given.pk,
        author_id=world.officer_user.pk,
        now=NOW,
    )


def revised(world, bulletin, **changed):
    words = {"title": bulletin.current.title, "text": bulletin.current.text} | changed
    return commands.revise(world.officer, bulletin, clip_id=make_clip(world.commune).pk, voice="vi", now=NOW, **words)


def test_an_announcement_for_others_is_made_of_its_form(world):
    bulletin = announced(world)

    current = bulletin.current
    assert current.title == "Thông báo tuyển dụng của Công ty May Tam Hồng"
    assert "Vị trí: công nhân may. Số lượng: 20 người." in current.text
    assert "đến hết ngày 15/12/2026" in current.text
    assert (current.requester, current.paper.name, current.kind) == (
        "Công ty May Tam Hồng",
        "giay-de-nghi.pdf",
        "recruitment",
    )
    assert current.answers["form"] == "third_recruitment"


def test_its_text_is_not_changed_freely_and_its_sound_is(world):
    bulletin = announced(world)

    with pytest.raises(refusals.FixedForm):
        revised(world, bulletin, text=bulletin.current.text + " Giá rẻ nhất!")
    with pytest.raises(refusals.FixedForm):
        revised(world, bulletin, facts=rules.Facts(kind=rules.Kind.NEWS))
    revised(world, bulletin)
    commands.submit(world.officer, bulletin, now=NOW)
    revision = commands.approve(world.leader, bulletin, number=1, hearing=HEARD, now=NOW)

    assert revision.requester == "Công ty May Tam Hồng"


def test_a_further_wording_rests_on_the_same_paper(world):
    bulletin = announced(world)
    revised(world, bulletin)
    commands.submit(world.officer, bulletin, now=NOW)

    again = revised(world, bulletin)

    assert (again.number, again.requester, again.paper_id) == (2, "Công ty May Tam Hồng", bulletin.current.paper_id)


def test_its_form_is_filled_anew_while_it_is_a_draft(world):
    bulletin = announced(world)
    revised(world, bulletin)
    again = {
        "form": FORM, "answers": ANSWERS | {"Số lượng": "35"}, "requester": "Công ty May Tam Hồng",
        "paper_id": bulletin.current.paper_id, "now": NOW,
    }  # fmt: skip

    revision = commands.announce_again(world.officer, bulletin, **again)

    assert "Số lượng: 35 người." in revision.text
    assert revision.clip_id is None
    with pytest.raises(NotFound):
        commands.announce_again(world.other_officer, bulletin, **again)
    revised(world, bulletin)
    commands.submit(world.officer, bulletin, now=NOW)
    with pytest.raises(WrongState):
        commands.announce_again(world.officer, bulletin, **again)


def test_it_is_refused_without_requester_paper_or_the_right(world):
    for wrong in ({"requester": " "}, {"paper": None}, {"paper": make_paper(world, world.province)}):
        with pytest.raises((refusals.RequesterNeeded, NotFound)):
            announced(world, **wrong)
    with pytest.raises(NotFound):
        announced(world, paper=make_paper(world, world.other_commune))
    with pytest.raises(NotFound):
        announced(world, scope=world.other_officer)
    with pytest.raises(Denied):
        announced(world, scope=world.leader)
    assert not Bulletin.objects.unscoped("test").exists()


def test_a_paper_of_another_unit_is_refused_also_to_who_may_read_it(world):
    with pytest.raises(refusals.RequesterNeeded):
        announced(world, scope=scopes.system("test"), paper=make_paper(world, world.province))


def test_no_free_text_slips_in(world):
    with pytest.raises(refusals.BlanksUnfit):
        announced(world, answers=ANSWERS | {"Yêu cầu": "mua ngay! " * 40})
    with pytest.raises(refusals.BlanksUnfit):
        announced(world, answers=ANSWERS | {"Số lượng": "9" * 10_000})
    with pytest.raises(refusals.FixedForm):
        announced(world, form=rules.Pattern(code="x", kind=FORM.kind, name="x", title="{a}", text="{a}"))


@pytest.mark.parametrize("change", ["requester = ''", "paper_id = NULL", "answers = NULL", "kind = 'news'"])
def test_the_database_keeps_requester_and_paper_together(world, change):
    bulletin = announced(world)

    with (
        pytest.raises(DatabaseError, match="third_party_whole"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("UPDATE bulletins_revision SET " + change + " WHERE bulletin_id = %s", [bulletin.pk])  # noqa: S608 - the changes stand above
