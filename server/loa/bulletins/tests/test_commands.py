import pytest

from loa.audit.models import Entry
from loa.bulletins import commands, refusals, rules
from loa.bulletins.models import Revision
from loa.bulletins.rules import RevisionState, State
from loa.bulletins.tests.making import A_MINUTE, HEARD, NOW, make_bulletin, make_clip, make_submitted
from loa.kernel.errors import Denied, NotFound, WrongState
from loa.kernel.models import OutboxEntry
from loa.orgs.rules import Role
from loa.orgs.tests.world import make_user


def written(world, scope, unit, *, title="Lịch cấp nước", text="Nước về lúc 5 giờ.", clip=None):
    return commands.write(
        scope, unit, title=title, text=text, author_id=world.officer_user.pk, clip_id=clip and clip.pk, now=NOW
    )


def revised(world, bulletin, *, scope=None, text="Nước về lúc 6 giờ.", clip=None):
    return commands.revise(
        scope or world.officer,
        bulletin,
        title="Lịch cấp nước mới",
        text=text,
        clip_id=clip and clip.pk,
        voice="vi" if clip else "",
        now=NOW + A_MINUTE,
    )


def stands(bulletin):
    bulletin.refresh_from_db()
    return bulletin.state, bulletin.current.number, bulletin.current.state


def test_an_officer_writes_a_draft_in_stored_form(world):
    bulletin = written(
        world, world.officer, world.commune, title=" Lịch \n cấp nước ", text="Nước ve\u0302\u0300.\x00\r\n"
    )

    assert stands(bulletin) == (State.DRAFT, 1, RevisionState.DRAFT)
    assert (bulletin.title, bulletin.current.text) == ("Lịch cấp nước", "Nước về.")
    assert Entry.objects.filter(action="bulletins.write", result="done", unit_path=world.commune.path).count() == 1


def test_write_refuses_the_wrong_unit_and_the_wrong_role(world):
    with pytest.raises(NotFound):
        written(world, world.other_officer, world.commune)
    with pytest.raises(NotFound):
        written(world, world.citizen, world.commune)
    with pytest.raises(Denied):
        written(world, world.leader, world.commune)


def test_write_refuses_empty_and_endless_words_and_a_foreign_clip(world):
    with pytest.raises(refusals.NoTitle):
        written(world, world.officer, world.commune, title=" \n ")
    with pytest.raises(refusals.TitleTooLong):
        written(world, world.officer, world.commune, title="a" * 201)
    with pytest.raises(refusals.TextTooLong):
        written(world, world.officer, world.commune, text="a" * 20_001)
    with pytest.raises(NotFound):
        written(world, world.officer, world.commune, clip=make_clip(world.other_commune))
    assert not Revision.objects.unscoped("test").exists()


def test_a_draft_changes_in_place(world):
    bulletin = make_bulletin(world)

    revised(world, bulletin)

    assert stands(bulletin) == (State.DRAFT, 1, RevisionState.DRAFT)
    assert (bulletin.title, bulletin.current.text) == ("Lịch cấp nước mới", "Nước về lúc 6 giờ.")


def test_what_was_handed_in_stands_and_a_new_revision_takes_its_place(world):
    bulletin = make_submitted(world)

    revised(world, bulletin)

    assert stands(bulletin) == (State.DRAFT, 2, RevisionState.DRAFT)
    first = Revision.objects.unscoped("test").get(bulletin=bulletin, number=1)
    assert (first.state, first.text) == (RevisionState.SUPERSEDED, "Lịch cấp nước tuần này.")


def test_revise_refuses_the_wrong_unit_role_and_state(world):
    bulletin = make_submitted(world)

    with pytest.raises(NotFound):
        revised(world, bulletin, scope=world.other_officer)
    with pytest.raises(Denied):
        revised(world, bulletin, scope=world.leader)
    commands.approve(world.leader, bulletin, number=1, hearing=HEARD, now=NOW)
    with pytest.raises(WrongState):
        revised(world, bulletin)


def test_new_words_need_to_be_spoken_anew(world):
    clip = make_clip(world.commune)
    bulletin = make_bulletin(world, clip=clip)

    with pytest.raises(refusals.SpokenWordsChanged):
        revised(world, bulletin, clip=clip)

    revised(world, bulletin, clip=make_clip(world.commune, content=b"spoken again"))
    assert bulletin.current.text == "Nước về lúc 6 giờ."


def test_submit_hands_the_draft_in_and_tells(world):
    bulletin = make_bulletin(world)

    commands.submit(world.officer, bulletin, now=NOW)

    assert stands(bulletin) == (State.SUBMITTED, 1, RevisionState.SUBMITTED)
    assert OutboxEntry.objects.get().name == "bulletins.submitted"


def test_submit_refuses_the_wrong_unit_role_and_state_and_a_bulletin_without_sound(world):
    bulletin = make_bulletin(world)
    with pytest.raises(NotFound):
        commands.submit(world.outsider, bulletin, now=NOW)
    with pytest.raises(Denied):
        commands.submit(world.leader, bulletin, now=NOW)

    silent = written(world, world.officer, world.commune)
    with pytest.raises(refusals.NoSound):
        commands.submit(world.officer, silent, now=NOW)

    commands.submit(world.officer, bulletin, now=NOW)
    with pytest.raises(WrongState):
        commands.submit(world.officer, bulletin, now=NOW)


def test_a_leader_approves_what_they_saw(world):
    bulletin = make_submitted(world)

    revision = commands.approve(world.leader, bulletin, number=1, hearing=HEARD, now=NOW + A_MINUTE)

    assert stands(bulletin) == (State.APPROVED, 1, RevisionState.APPROVED)
    assert (revision.decided_by_id, revision.decided_at) == (world.leader_user.pk, NOW + A_MINUTE)
    event = OutboxEntry.objects.get(name="bulletins.approved")
    assert event.body["revision_id"] == str(revision.pk)
    assert event.body["approved_by"] == str(world.leader_user.pk)


def test_the_record_of_an_approval_pins_the_words_and_the_sound(world):
    clip = make_clip(world.commune)
    bulletin = make_bulletin(world, clip=clip)
    commands.submit(world.officer, bulletin, now=NOW)

    commands.approve(world.leader, bulletin, number=1, hearing=HEARD, now=NOW)

    kept = Entry.objects.get(action="bulletins.approve", result="done").detail
    words = {"title": "Lịch cấp nước", "text": "Lịch cấp nước tuần này.", "clip_sha256": clip.sha256}
    facts = Revision.objects.unscoped("test").get(bulletin=bulletin).told()
    assert (kept["content_recipe"], kept["content_sha256"]) == (2, rules.content_sha256(**words, facts=facts))


def test_approve_refuses_the_wrong_unit_role_and_state(world):
    bulletin = make_bulletin(world)

    with pytest.raises(WrongState):
        commands.approve(world.leader, bulletin, number=1, hearing=HEARD, now=NOW)
    commands.submit(world.officer, bulletin, now=NOW)
    with pytest.raises(NotFound):
        commands.approve(world.other_officer, bulletin, number=1, hearing=HEARD, now=NOW)
    with pytest.raises(Denied):
        commands.approve(world.province_editor, bulletin, number=1, hearing=HEARD, now=NOW)
    assert stands(bulletin) == (State.SUBMITTED, 1, RevisionState.SUBMITTED)


def test_approve_refuses_a_wording_the_leader_has_not_seen(world):
    bulletin = make_submitted(world)
    revised(world, bulletin, clip=make_clip(world.commune, content=b"spoken again"))
    commands.submit(world.officer, bulletin, now=NOW + A_MINUTE)

    with pytest.raises(refusals.RevisionChanged):
        commands.approve(world.leader, bulletin, number=1, hearing=HEARD, now=NOW + A_MINUTE)

    commands.approve(world.leader, bulletin, number=2, hearing=HEARD, now=NOW + A_MINUTE)
    assert stands(bulletin) == (State.APPROVED, 2, RevisionState.APPROVED)


def test_nobody_approves_what_they_wrote_or_rewrote(world):
    both = make_user("kiemnhiem", "Ngô Văn Kiêm", unit=world.commune, role=Role.OFFICER)
    scope = world.leader.__class__(
        actor=world.leader.actor.__class__(kind=world.leader.actor.kind, id=str(both.pk), name=both.full_name),
        grants={**world.officer.grants, **world.leader.grants},
    )
    own = make_bulletin(world, scope=scope, user=both)
    commands.submit(scope, own, now=NOW)
    rewritten = make_bulletin(world)
    revised(world, rewritten, scope=scope, clip=make_clip(world.commune, content=b"spoken again"))
    commands.submit(world.officer, rewritten, now=NOW + A_MINUTE)

    for bulletin in (own, rewritten):
        with pytest.raises(refusals.OwnWork):
            commands.approve(scope, bulletin, number=1, hearing=HEARD, now=NOW + A_MINUTE)
    assert Entry.objects.filter(action="bulletins.approve", result="own_work").count() == 2


def test_only_a_person_approves(world):
    bulletin = make_submitted(world)

    with pytest.raises(refusals.PersonNeeded):
        commands.approve(world.system, bulletin, number=1, hearing=HEARD, now=NOW)


def test_a_leader_sends_back_with_a_note(world):
    bulletin = make_submitted(world)

    commands.send_back(world.leader, bulletin, number=1, note=" Thiếu ngày. ", now=NOW + A_MINUTE)

    assert stands(bulletin) == (State.RETURNED, 1, RevisionState.RETURNED)
    assert bulletin.current.note == "Thiếu ngày."
    revised(world, bulletin, clip=make_clip(world.commune, content=b"spoken again"))
    assert stands(bulletin) == (State.DRAFT, 2, RevisionState.DRAFT)


def test_send_back_refuses_the_wrong_unit_role_and_state_and_silence(world):
    bulletin = make_submitted(world)

    with pytest.raises(NotFound):
        commands.send_back(world.outsider, bulletin, number=1, note="Thiếu ngày", now=NOW)
    with pytest.raises(Denied):
        commands.send_back(world.officer, bulletin, number=1, note="Thiếu ngày", now=NOW)
    with pytest.raises(refusals.NoteNeeded):
        commands.send_back(world.leader, bulletin, number=1, note=" \n", now=NOW)
    with pytest.raises(refusals.NoteTooLong):
        commands.send_back(world.leader, bulletin, number=1, note="a" * 2001, now=NOW)
    commands.approve(world.leader, bulletin, number=1, hearing=HEARD, now=NOW)
    with pytest.raises(refusals.AlreadyDecided):
        commands.send_back(world.leader, bulletin, number=1, note="Thiếu ngày", now=NOW)


def test_an_officer_withdraws_even_what_was_approved(world):
    bulletin = make_submitted(world)
    commands.approve(world.leader, bulletin, number=1, hearing=HEARD, now=NOW)

    commands.withdraw(world.officer, bulletin, now=NOW + A_MINUTE)

    assert stands(bulletin) == (State.WITHDRAWN, 1, RevisionState.APPROVED)
    assert OutboxEntry.objects.filter(name="bulletins.withdrawn").count() == 1


def test_withdraw_refuses_the_wrong_unit_role_and_state(world):
    bulletin = make_bulletin(world)

    with pytest.raises(NotFound):
        commands.withdraw(world.other_officer, bulletin, now=NOW)
    with pytest.raises(Denied):
        commands.withdraw(world.monitor, bulletin, now=NOW)
    commands.withdraw(world.officer, bulletin, now=NOW)
    with pytest.raises(WrongState):
        commands.withdraw(world.officer, bulletin, now=NOW)
    with pytest.raises(WrongState):
        commands.submit(world.officer, bulletin, now=NOW)
