from datetime import timedelta

import pytest
from django.db import connection, transaction

from loa.audit import checkpoints, settling
from loa.audit import commands as audit
from loa.audit.models import Entry
from loa.audit.verifying import Fault
from loa.box import approvals, record, returning, tasks, verify
from loa.bulletins import commands as bulletins
from loa.bulletins.models import Revision
from loa.bulletins.tests.making import A_MINUTE, HEARD, make_submitted
from loa.dispatch.tests.making import HOUR, NOW, make_airing, make_devices, make_evidence
from loa.kernel import clock
from loa.kernel import scope as scopes
from loa.kernel.command import Place
from loa.media.models import Clip

SYSTEM = scopes.system("test")
PLACE = Place(scope_path="26/251/09043", audit_name="thing:1")


def behind_the_guards(sql, *parameters):
    """Change a table as somebody with the database owner's password could."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = 'replica'")
        cursor.execute(sql, parameters)
        cursor.execute("SET LOCAL session_replication_role = 'origin'")


def acts(count=3):
    for number in range(count):
        with transaction.atomic():
            audit.append(SYSTEM, "room.act", PLACE, result="done", detail={"number": number})
    return list(Entry.objects.order_by("pk"))


def settle():
    """Say on record that what made the world of a test was no command."""
    settling.settle(now=clock.now())
    audit.explain(SYSTEM, audit.WHOLE, reason="made for the test")


@pytest.fixture
def approved(world):
    bulletin = make_submitted(world, now=NOW)
    revision = bulletins.approve(world.leader, bulletin, number=1, hearing=HEARD, now=NOW + A_MINUTE)
    settle()
    return revision


def test_a_box_on_which_nothing_happened_is_well(db, capsys):
    assert verify.run()

    assert capsys.readouterr().err


def test_the_chore_seals_the_record_and_verify_finds_it_sealed(db, capsys):
    acts()

    tasks.seal_record(0)

    assert [(chain, place) for chain, _, place, _ in checkpoints.latest().heads][-1] == (PLACE.scope_path, 3)
    assert verify.run()
    assert "1 " in capsys.readouterr().err


def test_an_end_that_was_cut_off_is_named_and_stays_named(db, capsys):
    entries = acts()
    tasks.seal_record(0)
    behind_the_guards("DELETE FROM audit_entry WHERE id >= %s", entries[1].pk)
    capsys.readouterr()

    for _time in range(2):
        assert not verify.run()
        told = capsys.readouterr().err
        assert entries[0].chain_name in told
        assert "2–3" in told
        tasks.seal_record(0)


def test_an_older_database_is_called_one_until_its_return_is_on_record(db, capsys):
    entries = acts()
    tasks.seal_record(0)
    acts()
    tasks.seal_record(0)
    behind_the_guards("DELETE FROM audit_entry WHERE id > %s", entries[-1].pk)
    behind_the_guards("DELETE FROM audit_checkpoint WHERE number > 1")
    capsys.readouterr()

    assert not verify.run()
    assert "4–6" in capsys.readouterr().err

    returning.note("đĩa hỏng, lấy lại bản 23/11")
    assert verify.run()
    assert "đĩa hỏng" in capsys.readouterr().err
    last = Entry.objects.order_by("pk").last()
    assert (last.action, last.detail) == (
        "audit.note_restore", {"reason": "đĩa hỏng, lấy lại bản 23/11", "lost": 2},
    )  # fmt: skip


def test_what_was_changed_outside_every_command_is_named_until_it_is_explained(world, capsys):
    settle()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE accounts_user SET is_active = false WHERE username = 'canbo'")
    capsys.readouterr()

    assert not verify.run()
    assert "accounts_user" in capsys.readouterr().err
    verify.explain("khoá theo công văn 12")
    assert verify.run()


def test_every_fault_has_its_words():
    assert set(record._SENTENCES) == set(Fault)


def test_what_was_approved_and_still_is_fits_its_digest(approved):
    found = approvals.compare()

    assert (found.same, found.unproved, found.is_well) == (1, 0, True)
    assert verify.run()


@pytest.mark.parametrize("change", ["title = 'Khác'", "text = text || ' không'", "clip_id = gen_random_uuid()"])
def test_an_approved_revision_that_was_changed_is_named(approved, capsys, change):
    behind_the_guards(f"UPDATE bulletins_revision SET {change} WHERE id = %s", approved.pk)  # noqa: S608 - see above

    assert not verify.run()

    assert approvals.compare().differing == [str(approved.pk)]
    assert str(approved.pk) in capsys.readouterr().err


@pytest.mark.parametrize(
    "change",
    ["UPDATE bulletins_rendition SET body = body || ' không' WHERE form = 'sms'", "DELETE FROM bulletins_rendition"],
)
def test_what_a_channel_says_otherwise_than_approved_names_the_revision(approved, change):
    behind_the_guards(change)

    assert approvals.compare().differing == [str(approved.pk)]
    assert not verify.run()


def test_an_approval_from_before_channels_were_kept_is_compared_by_what_it_covered(approved):
    behind_the_guards("UPDATE audit_entry SET detail = detail - 'renditions_sha256' WHERE action = 'bulletins.approve'")
    behind_the_guards("DELETE FROM bulletins_rendition")

    assert (approvals.compare().same, approvals.compare().is_well) == (1, True)


def test_an_approved_clip_that_was_exchanged_names_the_revision(approved):
    behind_the_guards("UPDATE media_clip SET sha256 = %s WHERE id = %s", "cd" * 32, approved.clip_id)

    assert Clip.objects.unscoped("test").get(pk=approved.clip_id).sha256 == "cd" * 32
    assert approvals.compare().differing == [str(approved.pk)]
    assert not verify.run()


def test_an_approval_nobody_gave_and_one_that_vanished_are_named(world, approved):
    forged = make_submitted(world, now=NOW + HOUR)
    behind_the_guards(
        "UPDATE bulletins_revision SET state = 'approved', decided_at = submitted_at, decided_by_id = %s WHERE id = %s",
        world.leader_user.pk, forged.current_id,
    )  # fmt: skip
    behind_the_guards(
        "UPDATE bulletins_revision SET state = 'superseded', decided_at = NULL, decided_by_id = NULL WHERE id = %s",
        approved.pk,
    )

    found = approvals.compare()

    assert (found.unheard_of, found.gone) == ([str(forged.current_id)], [str(approved.pk)])
    assert not verify.run()


def test_approvals_from_before_digests_were_noted_are_not_provable_and_no_fault(approved):
    behind_the_guards("UPDATE audit_entry SET detail = detail - 'content_sha256' WHERE action = 'bulletins.approve'")
    behind_the_guards("UPDATE bulletins_revision SET text = 'Khác' WHERE id = %s", approved.pk)

    found = approvals.compare()

    assert (found.same, found.unproved, found.is_well) == (0, 1, True)


def test_work_sent_back_is_no_approval(world):
    bulletin = make_submitted(world, now=NOW)
    bulletins.send_back(world.leader, bulletin, number=1, note="Sửa lại", now=NOW + A_MINUTE)

    assert approvals.compare() == approvals.Compared()
    assert Revision.objects.unscoped("test").get().state == "returned"


def test_what_a_hostile_device_claims_is_named_but_hides_no_fault_of_ours(world, capsys):
    devices = make_devices(world.commune, count=2)
    airing = make_airing(world, start_at=NOW + HOUR)
    make_evidence(airing, devices[0])
    make_evidence(airing, devices[1], started_at=airing.start_at + timedelta(days=1))

    settle()
    assert verify.run()
    told = capsys.readouterr().err
    assert str(devices[1].pk) in told
    assert str(airing.pk) in told
    assert str(devices[0].pk) not in told

    behind_the_guards("UPDATE audit_entry SET result = 'denied'")
    assert not verify.run()


def test_every_kind_of_claim_has_its_words():
    assert set(verify._CLAIMS) == {"foreign", "twice", *verify.Oddity}


def test_a_fact_that_was_exchanged_names_the_revision_and_its_recipe_cannot_hide_it(approved):
    behind_the_guards("UPDATE bulletins_revision SET category_id = 'policy', recipe = 1 WHERE id = %s", approved.pk)

    assert approvals.compare().differing == [str(approved.pk)]


def test_approvals_by_the_former_recipe_are_compared_by_words_and_sound(approved):
    noted = approvals.rules.content_sha256(
        title=approved.title,
        text=approved.text,
        clip_sha256=Clip.objects.unscoped("test").get(pk=approved.clip_id).sha256,
    )
    behind_the_guards(
        "UPDATE audit_entry SET detail = detail - 'content_recipe' || jsonb_build_object('content_sha256', %s::text) "
        "WHERE action = 'bulletins.approve'",
        noted,
    )

    assert (approvals.compare().same, approvals.compare().is_well) == (1, True)

    behind_the_guards("UPDATE bulletins_revision SET text = 'Khác' WHERE id = %s", approved.pk)
    assert approvals.compare().differing == [str(approved.pk)]
