import threading

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from loa.bulletins import commands, refusals
from loa.bulletins.models import Bulletin, Revision
from loa.bulletins.tests.making import A_MINUTE, HEARD, NOW, make_bulletin, make_submitted
from loa.kernel.errors import DomainError
from loa.orgs import queries as orgs
from loa.orgs.rules import Role
from loa.orgs.tests.world import make_user


def refused_sql(sql, *parameters):
    with pytest.raises(DatabaseError, match="bulletins_"):
        run_sql(sql, *parameters)


def run_sql(sql, *parameters):
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


@pytest.mark.parametrize(
    "change",
    ["text = 'khác'", "title = 'khác'", "clip_id = gen_random_uuid()", "state = 'draft'", "note = 'x'", "number = 9"],
)
def test_an_approved_revision_refuses_raw_sql(world, change):
    bulletin = make_submitted(world)
    commands.approve(world.leader, bulletin, number=1, hearing=HEARD, now=NOW)

    refused_sql("UPDATE bulletins_revision SET " + change + " WHERE bulletin_id = %s", bulletin.pk)  # noqa: S608 - the changes stand above
    refused_sql("DELETE FROM bulletins_revision WHERE bulletin_id = %s", bulletin.pk)

    kept = Revision.objects.unscoped("test").get(bulletin=bulletin)
    assert (kept.text, kept.state) == ("Lịch cấp nước tuần này.", "approved")


def test_words_that_were_handed_in_refuse_raw_sql_and_drafts_do_not(world):
    bulletin = make_bulletin(world)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE bulletins_revision SET text = 'nháp' WHERE bulletin_id = %s", [bulletin.pk])
        assert cursor.rowcount == 1
    commands.submit(world.officer, bulletin, now=NOW)

    refused_sql("UPDATE bulletins_revision SET text = 'khác' WHERE bulletin_id = %s", bulletin.pk)
    refused_sql(
        "UPDATE bulletins_revision SET state = 'draft', submitted_at = NULL WHERE bulletin_id = %s", bulletin.pk
    )


@pytest.mark.parametrize("text", ["chuông\x07", "tho\u0302ng", "a" * 20_001, "\x85"])
def test_the_database_refuses_words_that_are_not_in_stored_form(world, text):
    bulletin = make_bulletin(world)

    refused_sql("UPDATE bulletins_revision SET text = %s WHERE bulletin_id = %s", text, bulletin.pk)


def test_a_bulletin_has_one_live_revision_and_its_current_is_its_own(world):
    first, second = make_bulletin(world), make_bulletin(world)

    run_sql("UPDATE bulletins_bulletin SET current_id = NULL WHERE id = %s", second.pk)
    refused_sql("UPDATE bulletins_bulletin SET current_id = %s WHERE id = %s", second.current_id, first.pk)
    with pytest.raises(IntegrityError), transaction.atomic():
        Revision.objects.create(bulletin=first, number=2, title="Hai", written_by="1", state="draft", created_at=NOW)


@pytest.mark.django_db(transaction=True)
def test_of_two_who_decide_at_once_one_wins_and_the_other_is_told(world):
    bulletin = make_submitted(world)
    second = make_user("phochutich", "Phan Thị Phó", unit=world.commune, role=Role.LEADER)
    scopes = [world.leader, orgs.scope_for(second)]
    start, answers = threading.Barrier(2), []

    def decide(scope):
        seen = Bulletin.objects.unscoped("test").select_related("unit").get(pk=bulletin.pk)
        start.wait(timeout=10)
        try:
            answers.append(commands.approve(scope, seen, number=1, hearing=HEARD, now=NOW + A_MINUTE).state)
        except DomainError as refusal:
            answers.append(refusal.code)
        finally:
            connection.close()

    threads = [threading.Thread(target=decide, args=[scope]) for scope in scopes]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=20)

    assert sorted(answers) == [refusals.AlreadyDecided.code, "approved"]
