from datetime import date, timedelta

import pytest
from django.db import DatabaseError, transaction

from loa.audit import checkpoints, commands, rules, settling, verifying
from loa.audit.models import Change, Checkpoint, Entry, Purge, Retention
from loa.audit.tests.making import SYSTEM, append, found, sql, tamper
from loa.box import tasks
from loa.kernel import clock
from loa.kernel.command import Place

OTHER = Place(scope_path="26/251/09037", audit_name="thing:2")


def age(*, days):
    """Let everything on record have happened so many days ago, chained as it would have been then."""
    tamper("ALTER TABLE audit_entry DROP CONSTRAINT IF EXISTS audit_entry_in_a_chain")
    tamper("UPDATE audit_change SET at = at - make_interval(days => %s)", days)
    tamper("UPDATE audit_entry SET at = at - make_interval(days => %s), day = day - %s", days, days)
    tamper("UPDATE audit_entry SET day = ((at AT TIME ZONE 'UTC') + interval '7 hours')::date")
    for entry in Entry.objects.order_by("chain", "day", "position"):
        before = Entry.objects.filter(chain=entry.chain, day=entry.day, position=entry.position - 1).first()
        digest = before.digest if before else rules.GENESIS
        tamper("UPDATE audit_entry SET previous = %s WHERE id = %s", digest, entry.pk)
        if entry.change_ids:
            tamper(
                f"""
                UPDATE audit_entry AS e SET changes_sha256 = (
                    SELECT encode(sha256(convert_to(string_agg(body, E'\\n' ORDER BY id), 'UTF8')), 'hex') FROM (
                        SELECT id, {rules.CHANGE_BODY} AS body FROM audit_change
                         WHERE id <@ e.change_ids::int8multirange) AS told)
                 WHERE id = %s""",  # noqa: S608 - a constant
                entry.pk,
            )
        tamper("UPDATE audit_entry SET digest = audit_entry_digest(audit_entry) WHERE id = %s", entry.pk)


@pytest.fixture
def old(world):
    """A record of two units and of how the world was made, 800 days old and sealed; and one of today."""
    settling.settle(now=clock.now())
    append(1)
    append(2, place=OTHER)
    tamper("DELETE FROM audit_entry WHERE action = 'audit.outside'")
    sql("UPDATE audit_retention SET basis = 'x'")
    append(3)
    tamper("DELETE FROM audit_entry WHERE action = 'room.act' AND changes > 0")
    settling.settle(now=clock.now())
    commands.explain(world.system, commands.WHOLE, reason="made for the test")
    age(days=800)
    checkpoints.make(now=clock.now() - timedelta(days=799))
    append(4)
    assert found() == []
    return world


def test_what_is_older_than_the_rule_goes_whole_and_what_is_younger_stays(old):
    before = Entry.objects.count()

    tasks.remove_old_records(0)

    assert before > 2
    assert [entry.detail.get("number") for entry in Entry.objects.filter(action="room.act")] == [4]
    assert Purge.objects.get().months == 24
    verified = verifying.verify()
    assert verified.findings == []
    assert verified.removed_through == str(rules.last_day_to_remove(rules.day_of(clock.now()), months=24))
    last = Entry.objects.get(action="audit.remove_old")
    assert last.detail["entries"] == before - 1


def test_rows_stay_known_when_the_changes_that_made_them_have_gone(old):
    tasks.remove_old_records(0)

    assert not Change.objects.filter(operation="I").exists()
    assert Change.objects.filter(table_name="orgs_unit", operation="B").exists()
    tamper("UPDATE accounts_user SET password = 'x' WHERE username = 'quantri'")
    assert found() == [("row_altered", "accounts_user", str(old.administrator_user.pk))]


def test_nothing_goes_without_a_checkpoint_that_names_its_end(old):
    tamper("DELETE FROM audit_checkpoint")
    for file in checkpoints.files():
        file.unlink()
    before = Entry.objects.count()

    with pytest.raises(DatabaseError, match="no checkpoint names the end"), transaction.atomic():
        sql("SELECT audit_remove_through(%s)", rules.day_of(clock.now()) - timedelta(days=790))
    assert Entry.objects.count() == before


@pytest.mark.parametrize("months", [12, 24, 60])
def test_the_database_itself_refuses_to_remove_what_is_younger(old, months):
    Retention.objects.update(months=months)
    today = rules.day_of(clock.now())
    through = rules.last_day_to_remove(today, months=months) + timedelta(days=1)

    with pytest.raises(DatabaseError, match="is kept"), transaction.atomic():
        sql("SELECT audit_remove_through(%s)", through)
    with pytest.raises(DatabaseError, match="is kept"), transaction.atomic():
        sql("SELECT audit_remove_through(NULL)")


def test_fewer_than_twelve_months_cannot_even_be_written(db):
    with pytest.raises(DatabaseError, match="audit_retention_months"), transaction.atomic():
        Retention.objects.update(months=11)


def test_a_removal_that_was_too_soon_is_named(old):
    today = rules.day_of(clock.now())
    append_forged_removal(through=today - timedelta(days=30))

    assert ("removed_too_soon", "audit_entry") in {(fault, where) for fault, where, _ in found()}


def append_forged_removal(*, through):
    with transaction.atomic():
        commands.append(SYSTEM, "audit.remove_old", commands.WHOLE, result="done", detail={"through": through})


def test_a_longer_rule_keeps_more(old):
    Retention.objects.update(months=36)

    tasks.remove_old_records(0)

    assert Entry.objects.filter(action="room.act", day__lt=rules.day_of(clock.now())).exists()
    assert not Purge.objects.exists()


@pytest.mark.parametrize(
    ("today", "months", "last"),
    [
        (date(2026, 11, 23), 24, date(2024, 11, 22)),
        (date(2026, 12, 31), 12, date(2025, 12, 30)),
        (date(2024, 2, 29), 12, date(2023, 2, 27)),
        (date(2026, 3, 31), 13, date(2025, 2, 27)),
        (date(2026, 1, 1), 12, date(2024, 12, 31)),
    ],
)
def test_months_are_those_of_the_calendar(today, months, last):
    assert rules.last_day_to_remove(today, months=months) == last


def test_another_removal_goes_on_where_the_last_one_ended(old):
    tasks.remove_old_records(0)
    tasks.remove_old_records(0)

    assert Purge.objects.count() == 1
    assert Checkpoint.objects.order_by("-number").first().number >= 2
