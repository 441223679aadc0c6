import pytest

from loa.bulletins import commands, queries
from loa.bulletins.tests.making import A_MINUTE, HEARD, NOW, make_bulletin, make_clip, make_submitted
from loa.kernel.errors import NotFound


def test_people_read_the_bulletins_of_their_own_places(world):
    bulletin = make_bulletin(world)

    for scope in (world.officer, world.leader, world.province_editor, world.monitor):
        assert list(queries.visible(scope)) == [bulletin]
    for scope in (world.other_officer, world.outsider, world.citizen, world.technician):
        assert not queries.visible(scope).exists()
        with pytest.raises(NotFound):
            queries.get(scope, bulletin.pk)


def test_what_waits_for_a_leader_is_what_others_handed_in(world):
    make_bulletin(world)
    later, sooner = make_submitted(world, now=NOW + A_MINUTE), make_submitted(world)

    assert list(queries.waiting_for(world.leader)) == [sooner, later]
    assert not queries.waiting_for(world.officer).exists()

    commands.approve(world.leader, sooner, number=1, hearing=HEARD, now=NOW + A_MINUTE)
    assert list(queries.waiting_for(world.leader)) == [later]


def test_mine_are_the_ones_i_wrote(world):
    bulletin = make_bulletin(world)

    assert list(queries.mine(world.leader, world.officer_user.pk)) == [bulletin]
    assert not queries.mine(world.leader, world.leader_user.pk).exists()


def test_only_approved_words_are_handed_to_rooms_above(world):
    bulletin = make_submitted(world)
    with pytest.raises(NotFound):
        queries.approved(bulletin.pk)

    commands.approve(world.leader, bulletin, number=1, hearing=HEARD, now=NOW)

    facts = queries.approved(bulletin.pk)
    assert facts == queries.revision_facts(bulletin.current_id)
    assert (facts.number, facts.text) == (1, "Lịch cấp nước tuần này.")
    commands.withdraw(world.officer, bulletin, now=NOW)
    with pytest.raises(NotFound):
        queries.approved(bulletin.pk)


def test_revisions_are_told_newest_first(world):
    bulletin = make_submitted(world)
    clip = make_clip(world.commune, content=b"again")
    commands.revise(world.officer, bulletin, title="Hai", text="Hai", clip_id=clip.pk, voice="vi", now=NOW)

    assert [revision.number for revision in queries.revisions(world.officer, bulletin.pk)] == [2, 1]
    assert not queries.revisions(world.other_officer, bulletin.pk).exists()
