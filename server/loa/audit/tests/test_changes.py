import json
import re
from pathlib import Path

import pytest
from django.db import DatabaseError, connection, transaction

from loa.accounts import commands as accounts
from loa.accounts.models import User, UserSession
from loa.accounts.tests.test_commands import NOW
from loa.audit import attaching, chores, commands, rules, settling, tables, verifying
from loa.audit.models import Change, Entry
from loa.audit.tests.making import append, faults, found, sql, tamper
from loa.devices.models import Device
from loa.dispatch.tests.making import make_airing, make_devices
from loa.kernel import clock
from loa.kernel import command as commanding
from loa.kernel.command import command
from loa.kernel.errors import Refusal
from loa.orgs.models import Unit


class Refused(Refusal):
    code = "refused_for_test"


@pytest.fixture
def rename():
    @command("bulletins.write")
    def rename(scope, unit, /, *, name, failure=None):
        Unit.objects.unscoped("test").filter(pk=unit.pk).update(name=name)
        if failure is not None:
            raise failure

    @command("orgs.view")
    def rename_both(scope, unit, /, *, other):
        rename(scope, unit, name="Một")
        rename(scope, other, name="Hai")

    rename.both = rename_both
    yield rename
    for name in ("rename", "rename_both"):
        del commanding._REGISTER[f"audit.{name}"]


@pytest.fixture
def settled(world):
    """The world, with everything that made it explained: what is found later was done later."""
    settling.settle(now=clock.now())
    commands.explain(world.system, commands.WHOLE, reason="made for the test")
    assert found() == []
    return world


@pytest.fixture
def things(settled):
    """A watched table of two rows that nothing leans on."""
    sql("CREATE TABLE test_thing (id bigint PRIMARY KEY, name text)")
    sql("INSERT INTO test_thing VALUES (1, 'một'), (2, 'hai')")
    attaching.attach()
    settling.settle(now=clock.now())
    assert found() == []


def changes(table, key):
    return list(Change.objects.filter(table_name=table, row_key=str(key)).order_by("pk"))


def rename_raw(unit, name="Khác"):
    sql("UPDATE orgs_unit SET name = %s WHERE id = %s", name, unit.pk)


def test_a_command_leaves_before_and_after_and_its_entry_speaks_for_them(settled, rename):
    rename(settled.officer, settled.commune, name="Xã Mới")

    change = changes("orgs_unit", settled.commune.pk)[-1]
    assert (change.operation, change.before, change.after) == ("U", {"name": "Xã Tam Hồng"}, {"name": "Xã Mới"})
    assert (change.actor, change.action) == (f"person:{settled.officer_user.pk}", "audit.rename")
    entry = Entry.objects.order_by("pk").last()
    assert (entry.action, entry.changes, entry.change_ids) == (
        "audit.rename", 1, f"{{[{change.pk},{change.pk + 1})}}",
    )  # fmt: skip
    assert found() == []


def test_a_refused_command_leaves_an_entry_and_no_change(settled, rename):
    before = Change.objects.count()

    with pytest.raises(Refused):
        rename(settled.officer, settled.commune, name="Xã Mới", failure=Refused())

    assert Change.objects.count() == before
    assert Entry.objects.order_by("pk").last().result == "refused_for_test"
    assert found() == []


def test_commands_within_a_command_are_spoken_for_by_the_outer_one(settled, rename):
    rename.both(settled.system, settled.commune, other=settled.other_commune)

    assert list(Entry.objects.order_by("-pk").values_list("action", "changes")[:3]) == [
        ("audit.rename_both", 2), ("audit.rename", 0), ("audit.rename", 0),
    ]  # fmt: skip
    assert found() == []


@pytest.mark.parametrize(
    ("attack", "operation"),
    [
        ("UPDATE test_thing SET name = 'Khác'", "U"),
        ("UPDATE test_thing SET name = 'Khác' WHERE id = 2", "U"),
        ("DELETE FROM test_thing WHERE id = 1", "D"),
        ("DELETE FROM test_thing", "D"),
        ("INSERT INTO test_thing VALUES (3, 'ba')", "I"),
    ],
)
def test_sql_past_every_command_is_recorded_as_such_and_named(things, attack, operation):
    last = Change.objects.latest("pk").pk

    sql(attack)

    made = list(Change.objects.filter(pk__gt=last).order_by("pk"))
    assert made
    assert {(one.operation, one.table_name, one.action) for one in made} == {(operation, "test_thing", "")}
    assert {one.actor for one in made} == {f"role:{connection.settings_dict['USER']}"}
    assert {one.origin for one in made} == {"loa"}
    assert found() == [("change_outside", "test_thing", one.row_key) for one in made]


def test_a_bulk_update_through_the_models_is_no_way_around(settled):
    Unit.objects.unscoped("test").filter(pk=settled.commune.pk).update(name="Khác")

    assert found() == [("change_outside", "orgs_unit", str(settled.commune.pk))]


def test_what_was_done_outside_stays_named_when_it_is_on_record_until_somebody_explains_it(settled):
    rename_raw(settled.commune)
    named = found()

    settling.settle(now=clock.now())
    assert found() == named
    entry = Entry.objects.order_by("pk").last()
    assert (entry.action, entry.actor_kind, entry.detail) == (
        "audit.outside", "database", {"tables": ["orgs_unit"], "rows": 1},
    )  # fmt: skip
    settling.settle(now=clock.now())
    assert Entry.objects.order_by("pk").last().pk == entry.pk

    commands.explain(settled.system, commands.WHOLE, reason="tên gõ sai, sửa theo công văn 12")
    assert found() == []
    assert verifying.verify().explained > 0


def test_sql_that_pretends_to_be_a_command_is_named_by_what_it_claims(settled):
    sql("SELECT set_config('loa.act', E'person:7\\x1forgs.rename\\x1f', true)")
    rename_raw(settled.commune)

    assert [(fault, where) for fault, where, _ in found()] == [("change_claimed", "audit_change")]


def test_sql_that_hides_its_first_change_from_the_next_entry_is_named(settled, rename):
    rename_raw(settled.commune)
    sql("SELECT set_config('loa.first_change', '', true)")
    rename(settled.officer, settled.commune, name="Xã Mới")

    assert found() == [("change_outside", "orgs_unit", str(settled.commune.pk))]


@pytest.mark.parametrize(
    ("attack", "named"),
    [
        ("UPDATE test_thing SET name = 'Khác' WHERE id = 2", ("row_altered", "test_thing", "2")),
        ("DELETE FROM test_thing WHERE id = 2", ("row_removed", "test_thing", "2")),
        ("INSERT INTO test_thing VALUES (3, 'ba')", ("row_added", "test_thing", "3")),
        ("UPDATE test_thing SET id = 4 WHERE id = 2", ("row_added", "test_thing", "4")),
    ],
)
def test_what_was_done_behind_the_triggers_back_is_named_by_table_and_key(things, attack, named):
    tamper(attack)

    assert named in found()
    assert {where for _, where, _ in found()} == {"test_thing"}


def test_a_password_exchanged_behind_the_triggers_back_is_named_by_the_person(settled):
    tamper("UPDATE accounts_user SET password = 'x' WHERE username = 'quantri'")

    assert found() == [("row_altered", "accounts_user", str(settled.administrator_user.pk))]


@pytest.mark.parametrize(
    "attack",
    [
        'UPDATE audit_change SET after = \'{"name": "x"}\' WHERE id = %s',
        "UPDATE audit_change SET actor = 'person:1' WHERE id = %s",
        "UPDATE audit_change SET row_sha256 = repeat('0', 64) WHERE id = %s",
        "DELETE FROM audit_change WHERE id = %s",
    ],
)
def test_a_change_that_was_itself_changed_is_named_by_the_entry_that_speaks_for_it(settled, rename, attack):
    rename(settled.officer, settled.commune, name="Xã Mới")
    entry = Entry.objects.order_by("pk").last()

    tamper(attack, changes("orgs_unit", settled.commune.pk)[-1].pk)

    assert ("change_altered", f"{entry.chain_name} {entry.position}", entry.change_ids) in found()


def test_triggers_that_were_switched_off_are_named_and_come_back_with_the_next_start(settled):
    sql("SET CONSTRAINTS ALL IMMEDIATE")
    sql("ALTER TABLE orgs_unit DISABLE TRIGGER audit_change_update")
    rename_raw(settled.commune)

    assert found() == [("guard_missing", "orgs_unit", ""), ("row_altered", "orgs_unit", str(settled.commune.pk))]
    attaching.attach()
    assert found() == [("row_altered", "orgs_unit", str(settled.commune.pk))]


@pytest.mark.parametrize("table", ["orgs_unit", "audit_entry", "audit_change", "audit_checkpoint"])
def test_a_dropped_guard_is_named(settled, table):
    trigger = "audit_change_insert" if table == "orgs_unit" else f"{table}_append_only"
    sql("SET CONSTRAINTS ALL IMMEDIATE")
    sql(f"DROP TRIGGER {trigger} ON {table}")

    assert ("guard_missing", table) in {(fault, where) for fault, where, _ in found()}


def test_a_function_of_somebody_elses_is_named(settled):
    sql(
        "CREATE OR REPLACE FUNCTION audit_append_only() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$"
    )

    assert ("guard_foreign", "audit_append_only", "") in found()


def test_a_table_that_comes_later_is_watched_and_what_stands_in_it_is_known(settled):
    sql("CREATE TABLE later_thing (a int, b text, phone text, PRIMARY KEY (a, b))")
    sql("INSERT INTO later_thing VALUES (1, 'x', '0912')")

    attaching.attach()
    sql("UPDATE later_thing SET phone = '0913'")
    sql("INSERT INTO later_thing VALUES (2, 'y', '0914')")
    sql("UPDATE later_thing SET a = 3 WHERE a = 2")
    sql("DELETE FROM later_thing WHERE a = 3")

    kept = [(one.operation, one.row_key) for one in Change.objects.filter(table_name="later_thing").order_by("pk")]
    assert kept[:3] == [("B", "1,x"), ("U", "1,x"), ("I", "2,y")]
    assert sorted(kept[3:5]) == [("D", "2,y"), ("I", "3,y")]
    assert kept[5:] == [("D", "3,y")]
    assert "0913" not in json.dumps(list(Change.objects.filter(table_name="later_thing").values("before", "after")))
    assert faults() == {"change_outside"}


def test_a_table_that_changes_its_shape_is_noted_anew(settled):
    sql("SET CONSTRAINTS ALL IMMEDIATE")
    sql("ALTER TABLE orgs_grant ADD COLUMN more integer NOT NULL DEFAULT 7")
    before = Change.objects.filter(table_name="orgs_grant", operation="B").count()

    attaching.attach()

    count = sql("SELECT count(*) FROM orgs_grant")[0][0]
    assert Change.objects.filter(table_name="orgs_grant", operation="B").count() == before + count
    assert found() == []


def test_a_second_start_changes_nothing(settled):
    before = sql("SELECT oid FROM pg_trigger ORDER BY oid"), Change.objects.count()

    attaching.attach()

    assert (sql("SELECT oid FROM pg_trigger ORDER BY oid"), Change.objects.count()) == before


def test_a_watched_table_is_never_emptied(settled):
    with pytest.raises(DatabaseError, match="under the record"), transaction.atomic():
        sql("TRUNCATE schedules_slot CASCADE")


def test_every_table_is_watched_or_exempt_with_a_reason():
    names = set(connection.introspection.table_names())
    exempt = {name for name in names if tables.exemption(name)}

    assert all(len(reason) > 5 for reason in [*tables.EXEMPT.values(), *tables.EXEMPT_PREFIXES.values()])
    assert {name for name in tables.EXEMPT if name not in names} == set()
    assert {table.name for table in attaching.watched() if table.is_whole} == {
        name for name in names - exempt if not name.startswith("devices_event_")
    }


test_every_table_is_watched_or_exempt_with_a_reason = pytest.mark.django_db(
    test_every_table_is_watched_or_exempt_with_a_reason
)


@pytest.mark.django_db
def test_what_is_left_out_or_hidden_are_columns_that_exist():
    there = {table.name: {column.split(" ")[0] for column in table.columns} for table in attaching.watched()}

    for register in (tables.UNCOUNTED, tables.HIDDEN):
        for table, columns in register.items():
            assert set(columns) - {"last_login"} <= there[table], table


def test_nothing_personal_and_no_secret_stands_in_the_record(settled):
    accounts.reset_password(settled.administrator, settled.officer_user, password="mat-khau-moi-1", now=NOW)

    user = User.objects.get(pk=settled.officer_user.pk)
    change = changes("accounts_user", user.pk)[-1]
    assert {"password", "must_change_password"} <= set(change.after)
    assert change.after["password"].startswith("#")
    assert change.after["password"] != change.before["password"]
    everything = json.dumps(list(Change.objects.values("before", "after")), ensure_ascii=False)
    for secret in (user.password, user.full_name, user.username, settled.leader_user.full_name):
        assert secret not in everything


def test_what_a_device_tells_by_the_minute_is_not_recorded(settled):
    make_devices(settled.commune, count=2)
    before = Change.objects.count()

    Device.objects.unscoped("test").update(connected=True, seen_at=NOW, plan="x", state_seq=7)

    assert Change.objects.count() == before
    assert "row_altered" not in faults()


@pytest.fixture
def session(settled):
    """A session that is on record and explained."""
    about = {"user": settled.officer_user, "session_key": "x", "origin": "", "browser": ""}
    made = UserSession.objects.create(created_at=NOW, seen_at=NOW, **about)
    commands.explain(settled.system, commands.WHOLE, reason="made for the test")
    return made


def test_a_chore_is_named_as_one_and_is_no_fault(settled, session):
    with commands.chore("sessions"):
        session.delete()

    assert found() == []
    assert verifying.verify().pending == 1
    settling.settle(now=clock.now())
    entry = Entry.objects.order_by("pk").last()
    assert (entry.actor_kind, entry.actor_id, entry.action) == ("system", "loa", "chore.sessions")
    assert verifying.verify().pending == 0
    rename_raw(settled.commune, "Nữa")
    assert faults() == {"change_outside"}


def test_ten_thousand_rows_cost_one_statement_of_the_trigger(settled):
    sql("CREATE TABLE many_things (id bigint PRIMARY KEY, name text)")
    attaching.attach()
    sql("INSERT INTO many_things SELECT n, 'x' FROM generate_series(1, 10000) AS n")
    sql("UPDATE many_things SET name = 'y'")
    append()

    entry = Entry.objects.order_by("pk").last()
    assert entry.changes >= 20_000
    assert entry.change_ids.count("[") == 1
    assert found() == []


def test_an_entry_that_covers_what_it_does_not_hold_is_named(settled):
    append()
    entry = Entry.objects.order_by("pk").last()
    tamper(
        "UPDATE audit_entry SET changes = 1, change_ids = '{[1,2)}', changes_sha256 = repeat('a', 64) WHERE id = %s",
        entry.pk,
    )
    tamper("UPDATE audit_entry SET digest = audit_entry_digest(audit_entry) WHERE id = %s", entry.pk)

    assert ("change_altered", f"{entry.chain_name} {entry.position}", "{[1,2)}") in found()
    assert rules.chained(entry.previous, "x") != entry.digest


SELF_MADE = """
INSERT INTO orgs_grant (user_id, role, unit_id, channel, is_here_only, reason, granted_by)
SELECT user_id, 'administrator', unit_id, '', false, '', '' FROM orgs_grant LIMIT 1
"""
CLAIM = "SELECT set_config('loa.chore', E'system:loa\\x1fchore.%s\\x1f', false)"


@pytest.fixture
def claim():
    """Call what comes a chore of ours, as anybody with SQL could."""

    def say(name):
        sql(CLAIM % name)

    yield say
    sql("SELECT set_config('loa.chore', '', false)")


@pytest.mark.usefixtures("session")
@pytest.mark.parametrize(
    ("chore", "table", "statement"),
    [
        ("sessions", "orgs_grant", SELF_MADE),
        ("second_factor", "accounts_user", "UPDATE accounts_user SET password = 'x' WHERE username = 'quantri'"),
        ("second_factor", "accounts_session", "UPDATE accounts_session SET user_id = user_id + 1"),
        ("plans", "dispatch_airing", "UPDATE dispatch_airing SET title = 'Khác'"),
        ("migrate", "orgs_unit", "UPDATE orgs_unit SET name = 'Khác' WHERE code = '09043'"),
        ("tidy", "orgs_unit", "UPDATE orgs_unit SET name = 'Khác' WHERE code = '09043'"),
    ],
)  # fmt: skip
def test_sql_that_calls_itself_a_chore_is_found_by_name(settled, claim, chore, table, statement):
    make_devices(settled.commune, count=1)
    make_airing(settled)
    sql("UPDATE django_migrations SET applied = applied - interval '1 day'")
    commands.explain(settled.system, commands.WHOLE, reason="made for the test")
    assert found() == []

    claim(chore)
    assert sql(statement) >= 1

    assert [(fault, where) for fault, where, _ in found()] == [("chore_beyond", table)]
    settling.settle(now=clock.now())
    assert faults() == {"chore_beyond"}
    commands.explain(settled.system, commands.WHOLE, reason="nothing is explained by this")
    assert faults() == {"chore_beyond"}


def test_a_data_migration_is_a_chore_while_tables_are_brought_up_to_date(settled, claim):
    sql("UPDATE django_migrations SET applied = now() WHERE app = 'audit'")
    claim("migrate")

    rename_raw(settled.commune)

    assert found() == []


def test_every_chore_in_the_program_is_on_the_list_of_what_chores_may_do():
    said = set()
    for path in Path(chores.__file__).parents[1].rglob("*.py"):
        if "tests" not in path.parts:
            said |= set(re.findall(r'(?:audit\.chore|Duty)\("(\w+)"', path.read_text()))

    assert said == {chores.MIGRATE, *chores.MAY} - {chores.BASELINE, chores.RETENTION}


def test_a_chore_within_a_chore_gives_the_outer_one_its_name_back(settled):
    with commands.chore("devices"):
        with commands.chore("sessions"):
            rename_raw(settled.commune, "Một")
        rename_raw(settled.commune, "Hai")
    rename_raw(settled.commune, "Ba")

    told = [one.action for one in changes("orgs_unit", settled.commune.pk)[-3:]]
    assert told == ["chore.sessions", "chore.devices", ""]
