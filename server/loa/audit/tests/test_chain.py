import threading

import pytest
from django.db import DatabaseError, connection, transaction

from loa.audit import commands, queries, rules
from loa.audit.models import Entry
from loa.kernel import scope as scopes
from loa.kernel.command import Place

SYSTEM = scopes.system("test")
PLACE = Place(scope_path="26/251/09043", audit_name="thing:1")


def append(number=0, **detail):
    with transaction.atomic():
        commands.append(SYSTEM, "room.act", PLACE, result="done", detail={"number": number, **detail})


def tamper(sql, *parameters):
    """Change the table behind the trigger's back, as somebody with the database's password could."""
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE audit_entry DISABLE TRIGGER USER")
        cursor.execute(sql, parameters)
        cursor.execute("ALTER TABLE audit_entry ENABLE TRIGGER USER")


@pytest.fixture
def chain(db):
    for number in range(5):
        append(number)
    return list(Entry.objects.order_by("pk"))


def test_an_untouched_chain_is_whole_and_begins_at_the_genesis(chain):
    assert chain[0].previous == rules.GENESIS
    assert [entry.previous for entry in chain[1:]] == [entry.digest for entry in chain[:-1]]
    assert queries.first_break() is None


def test_an_empty_record_is_whole(db):
    assert queries.first_break() is None
    assert queries.head() == {"entries": 0, "digest": rules.GENESIS}


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
        "digest = repeat('a', 64)",
        "previous = repeat('b', 64)",
    ],
)
def test_a_change_of_any_column_shows(chain, change):
    tamper(f"UPDATE audit_entry SET {change} WHERE id = %s", chain[2].pk)  # noqa: S608 - the changes stand above

    assert queries.first_break().pk == chain[2].pk


def test_a_removed_entry_shows_at_the_next_one(chain):
    tamper("DELETE FROM audit_entry WHERE id = %s", chain[2].pk)

    assert queries.first_break().pk == chain[3].pk


def test_a_cut_end_shows_against_a_head_written_down_before(chain):
    written_down = queries.head()

    tamper("DELETE FROM audit_entry WHERE id = %s", chain[4].pk)

    assert queries.first_break() is None
    assert queries.head() != written_down


def test_two_entries_cannot_follow_the_same_one(chain):
    twin = Entry.objects.get(pk=chain[2].pk)
    twin.pk = None

    with pytest.raises(DatabaseError), transaction.atomic():
        twin.save(force_insert=True)


@pytest.mark.parametrize(
    "attack",
    [
        "UPDATE audit_entry SET result = 'denied'",
        "DELETE FROM audit_entry",
        "TRUNCATE audit_entry",
        "INSERT INTO audit_entry SELECT * FROM audit_entry ON CONFLICT (id) DO UPDATE SET result = 'denied'",
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
def test_entries_stay_as_they_are_and_no_setting_opens_them(chain, attack, switch):
    with connection.cursor() as cursor:
        cursor.execute(switch)
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            cursor.execute(attack)

    assert Entry.objects.filter(result="done").count() == 5


def test_entries_are_not_changed_through_the_models_either(chain):
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        Entry.objects.update(result="denied")
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        Entry.objects.filter(pk=chain[0].pk).delete()

    assert Entry.objects.filter(result="done").count() == 5


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

    assert queries.first_break() is None


def test_the_record_is_written_in_a_transaction_only(transactional_db):
    with pytest.raises(RuntimeError):
        commands.append(SYSTEM, "room.act", PLACE, result="done", detail={})


@pytest.mark.django_db(transaction=True)
def test_writers_at_the_same_time_make_one_chain():
    def write():
        try:
            for number in range(25):
                append(number)
        finally:
            connection.close()

    writers = [threading.Thread(target=write) for _ in range(4)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()

    assert Entry.objects.count() == 100
    assert queries.first_break() is None


def test_reading_the_record_ends_at_the_scope(world):
    for path in ("26/251/09043", "26/251", "19", "", "26x"):
        with transaction.atomic():
            place = Place(scope_path=path, audit_name="thing:1")
            commands.append(SYSTEM, "room.act", place, result="done", detail={})

    seen = set(queries.entries(world.administrator).values_list("unit_path", flat=True))

    assert seen == {"26/251/09043", "26/251"}
    assert not queries.entries(world.officer).exists()
    assert queries.about(world.system, "thing:1").count() == 5
