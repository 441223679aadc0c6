import threading

import pytest
from django.db import DatabaseError, connection, transaction

from loa.audit import commands, queries, rules, verifying
from loa.audit.models import Entry
from loa.audit.tests.making import PLACE, SYSTEM, append, faults, found, sql, tamper
from loa.kernel.command import Act, Place

OF_CHAINS = {"entry_changed", "entries_missing", "chain_broken", "change_altered"}
OTHER = Place(scope_path="26/251/09037", audit_name="thing:2")


@pytest.fixture
def chain(db):
    for number in range(5):
        append(number)
    return list(Entry.objects.order_by("pk"))


def test_an_untouched_chain_is_whole_and_begins_at_the_genesis(chain):
    assert chain[0].previous == rules.GENESIS
    assert [entry.previous for entry in chain[1:]] == [entry.digest for entry in chain[:-1]]
    assert [entry.position for entry in chain] == [1, 2, 3, 4, 5]
    assert {(entry.chain, entry.day) for entry in chain} == {("26/251/09043", rules.day_of(chain[0].at))}
    assert found() == []


def test_an_empty_record_is_whole(db):
    assert verifying.verify().is_well


@pytest.mark.parametrize(
    ("path", "chain"),
    [
        ("26/251/09043", "26/251/09043"),
        ("26/251/09043/~12", "26/251/09043"),
        ("26/251/09043/@018f", "26/251/09043"),
        ("26#board", "26"),
        ("~12", ""),
        ("", ""),
    ],
)
def test_a_chain_is_the_units_and_day_whoever_and_whatever_acted_there(db, path, chain):
    append(place=Place(scope_path=path, audit_name="thing:1"))

    assert Entry.objects.get().chain == chain


def test_each_unit_has_a_chain_of_its_own(db):
    for place in (PLACE, OTHER, PLACE, OTHER, PLACE):
        append(place=place)

    kept = Entry.objects.order_by("pk").values_list("chain", "position")
    assert list(kept) == [
        ("26/251/09043", 1), ("26/251/09037", 1), ("26/251/09043", 2), ("26/251/09037", 2), ("26/251/09043", 3),
    ]  # fmt: skip
    assert found() == []


@pytest.mark.parametrize(
    "change",
    [
        "action = 'room.other'",
        "result = 'denied'",
        "actor_id = '7'",
        "actor_name = 'x'",
        "actor_kind = 'person'",
        "origin = '::1'",
        "target = 'thing:2'",
        "unit_path = '19'",
        "at = at + interval '1 microsecond'",
        "detail = detail || '{\"number\": 99}'",
        "txid = txid + 1",
        "db_role = 'x'",
        "digest = repeat('a', 64)",
        "changes = 1, change_ids = '{[1,2)}', changes_sha256 = repeat('a', 64)",
    ],
)
def test_a_change_of_any_column_names_the_entry(chain, change):
    tamper(f"UPDATE audit_entry SET {change} WHERE id = %s", chain[2].pk)  # noqa: S608 - the changes stand above

    assert ("entry_changed", chain[2].chain_name, "3") in found()


@pytest.mark.parametrize("change", ["chain = '26/251/09037'", "day = day + 1", "position = 9"])
def test_an_entry_moved_to_another_place_leaves_a_gap_and_does_not_fit_there(chain, change):
    tamper("ALTER TABLE audit_entry DROP CONSTRAINT audit_entry_in_a_chain")
    tamper(f"UPDATE audit_entry SET {change} WHERE id = %s", chain[2].pk)  # noqa: S608 - as above

    faults = {fault for fault, _, _ in found()}
    assert {"entry_changed", "entries_missing"} <= faults


def test_a_changed_link_is_named(chain):
    tamper("UPDATE audit_entry SET previous = repeat('b', 64) WHERE id = %s", chain[2].pk)

    assert ("chain_broken", chain[2].chain_name, "3") in found()


def test_a_change_with_its_digest_made_anew_breaks_the_chain_at_the_next(chain):
    tamper("UPDATE audit_entry SET result = 'denied' WHERE id = %s", chain[2].pk)
    tamper("UPDATE audit_entry SET digest = audit_entry_digest(audit_entry) WHERE id = %s", chain[2].pk)

    assert found() == [("chain_broken", chain[2].chain_name, "4")]


def test_a_removed_entry_is_a_gap_with_its_number(chain):
    tamper("DELETE FROM audit_entry WHERE id = ANY (%s)", [chain[1].pk, chain[2].pk])

    assert found() == [("entries_missing", chain[2].chain_name, "2–3")]


def test_two_entries_cannot_stand_at_one_place(chain):
    twin = Entry.objects.get(pk=chain[2].pk)
    twin.pk = None

    with pytest.raises(DatabaseError, match="audit_entry_one_place"), transaction.atomic():
        twin.save(force_insert=True)


@pytest.mark.parametrize("table", ["audit_entry", "audit_change", "audit_purge", "audit_salt", "audit_checkpoint"])
@pytest.mark.parametrize(
    "attack",
    [
        "UPDATE {} SET {} = {}",
        "DELETE FROM {}",
        "TRUNCATE {}",
    ],
)
@pytest.mark.parametrize(
    "switch",
    [
        "SELECT 1",
        "SET loa.may_truncate = 'on'",
        "SET pgtrigger.ignore = '{audit_entry_append_only,pgtrigger_append_only_a6b88}'",
    ],
)
def test_what_is_kept_stays_and_no_setting_opens_it(chain, table, attack, switch):
    columns = "(at, txid, through, months, entries, changes)"
    sql(f"INSERT INTO audit_purge {columns} VALUES (now(), 0, '2020-01-01', 24, 0, 0)")  # noqa: S608 - constants
    sql("INSERT INTO audit_checkpoint (number, at, body, key_id, signature) VALUES (1, now(), '{}', '', '')")
    sql("UPDATE audit_retention SET months = 25")
    column = "number" if table == "audit_checkpoint" else "id"
    sql(switch)

    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        sql(attack.format(table, column, column))


def test_entries_are_not_changed_through_the_models_either(chain):
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        Entry.objects.update(result="denied")
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        Entry.objects.filter(pk=chain[0].pk).delete()

    assert Entry.objects.filter(result="done").count() == 5


@pytest.mark.parametrize(
    "forged",
    [
        "INSERT INTO audit_entry SELECT * FROM audit_entry",
        "INSERT INTO audit_change SELECT * FROM audit_change",
        "INSERT INTO audit_purge (at, txid, through, months, entries, changes) VALUES (now(), 1, now(), 1, 0, 0)",
        "SELECT audit_append_covering('[]', 1, '{[1,2)}', 'x')",
        "SELECT audit_append_covering('[{\"unit\": \"26\"}]', 1, '{[1,2)}', 'x')",
    ],
)
def test_the_application_adds_through_the_functions_alone(chain, forged):
    sql("CREATE ROLE application_test")
    sql("GRANT ALL ON ALL TABLES IN SCHEMA public TO application_test")
    sql("GRANT ALL ON ALL SEQUENCES IN SCHEMA public TO application_test")
    before = Entry.objects.count()
    sql("SET LOCAL ROLE application_test")

    if "'[]'" in forged:
        sql(forged)  # no act, no entry
    else:
        with pytest.raises(DatabaseError, match="its functions alone"), transaction.atomic():
            sql(forged)
    append()
    sql("RESET ROLE")

    assert Entry.objects.count() == before + 1
    assert found() == []


@pytest.mark.parametrize(
    "value",
    [
        1e16,
        0.1,
        10**30,
        float("nan"),
        "dấu “ngoặc” \\ \u2028 🔊",
        "\x00null",
        {"deep": [1.5, {"deeper": None, "b": True}]},
        (1, 2.0),
        None,
    ],
)
def test_whatever_is_noted_reads_back_as_it_was_digested(db, value):
    append(value=value)

    assert found() == []


def test_the_record_is_written_in_a_transaction_only(transactional_db):
    with pytest.raises(RuntimeError):
        commands.append(SYSTEM, "room.act", PLACE, result="done", detail={})


def in_threads(*works):
    problems = []

    def run(work):
        try:
            work()
        except Exception as problem:  # noqa: BLE001 - told below
            problems.append(problem)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[work]) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert problems == []


@pytest.mark.django_db(transaction=True)
def test_writers_at_the_same_time_make_one_chain():
    in_threads(*[lambda: [append(number) for number in range(25)]] * 4)

    assert list(Entry.objects.order_by("pk").values_list("position", flat=True)) == list(range(1, 101))
    assert not faults() & OF_CHAINS


@pytest.mark.django_db(transaction=True)
def test_acts_at_several_units_take_their_chains_in_one_order_and_nobody_waits_in_a_circle():
    def both(*places):
        acts = [Act(scope=SYSTEM, action="room.act", target=place, result="done") for place in places]
        for _ in range(40):
            with transaction.atomic():
                commands.Record.append(acts)

    in_threads(lambda: both(PLACE, OTHER), lambda: both(OTHER, PLACE))

    assert Entry.objects.count() == 160
    assert not faults() & OF_CHAINS


@pytest.mark.django_db(transaction=True)
def test_a_unit_does_not_wait_for_another():
    with transaction.atomic():
        commands.append(SYSTEM, "room.act", PLACE, result="done", detail={})
        in_threads(lambda: append(place=OTHER))

    assert Entry.objects.count() == 2


def test_reading_the_record_ends_at_the_scope(world):
    for path in ("26/251/09043", "26/251", "19", "", "26x"):
        append(place=Place(scope_path=path, audit_name="thing:1"))

    seen = set(queries.entries(world.administrator).values_list("unit_path", flat=True))

    assert seen == {"26/251/09043", "26/251"}
    assert not queries.entries(world.officer).exists()
    assert queries.about(world.system, "thing:1").count() == 5
