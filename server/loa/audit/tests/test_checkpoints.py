import json
from datetime import UTC, timedelta
from pathlib import Path

import pytest

from loa.audit import checkpoints, keys, rules, settling, verifying
from loa.audit.models import Checkpoint, Entry
from loa.audit.tests.making import append, found, sql, tamper
from loa.audit.verifying import seals
from loa.dispatch.tests.making import NOW
from loa.kernel.command import Place

OTHER = Place(scope_path="26/251/09037", audit_name="thing:2")
MINUTES = timedelta(minutes=10)


@pytest.fixture
def sealed(db):
    for number in range(4):
        append(number)
    append(place=OTHER)
    checkpoints.make(now=NOW)
    return list(Entry.objects.order_by("pk"))


def lines():
    return [json.loads(line) for path in checkpoints.files() for line in path.read_text().splitlines()]


def test_a_checkpoint_names_the_end_of_every_chain_that_grew_and_is_signed_and_exported(sealed):
    told = checkpoints.latest()

    assert told.heads == [
        (OTHER.scope_path, str(sealed[4].day), 1, sealed[4].digest),
        ("26/251/09043", str(sealed[3].day), 4, sealed[3].digest),
    ]
    assert keys.is_signed(told.body, told.signature, keys.public())
    assert [line["body"] for line in lines()] == [told.body]
    assert {path.stat().st_mode & 0o077 for path in [keys._folder() / keys.PRIVATE]} == {0}
    assert found() == []


def test_the_next_one_names_only_what_grew_and_follows_the_one_before(sealed):
    append(place=OTHER)
    told = checkpoints.make(now=NOW + MINUTES)

    assert next((chain, place) for chain, _, place, _ in told.heads) == (OTHER.scope_path, 2)
    assert (told.number, told.told["previous"]) == (2, checkpoints.from_row(Checkpoint.objects.get(number=1)).sha256)
    assert found() == []


def test_nothing_is_signed_when_nothing_happened_until_an_hour_is_over(sealed):
    assert checkpoints.make(now=NOW + MINUTES) is None
    assert checkpoints.make(now=NOW + timedelta(hours=1)).number == 2
    assert found() == []


def test_a_tail_that_was_cut_off_is_named_by_chain_and_number(sealed):
    tamper("DELETE FROM audit_entry WHERE id >= %s AND chain = '26/251/09043'", sealed[2].pk)

    assert found() == [("end_cut", sealed[3].chain_name, "3–4")]
    settling.seal(now=NOW + MINUTES)
    append()
    append()
    assert ("end_replaced", sealed[3].chain_name, "4") in found()


def test_a_chain_that_vanished_whole_is_named(sealed):
    tamper("DELETE FROM audit_entry WHERE chain = %s", OTHER.scope_path)

    assert found() == [("end_cut", sealed[4].chain_name, "1")]


def test_an_end_cut_off_and_written_anew_is_named(sealed):
    tamper("DELETE FROM audit_entry WHERE id = %s", sealed[3].pk)
    append("other")

    assert found() == [("end_replaced", sealed[3].chain_name, "4")]


def test_a_chain_written_anew_from_its_beginning_does_not_fit_what_was_sealed(sealed):
    tamper("DELETE FROM audit_entry WHERE chain = '26/251/09043'")
    for number in range(6):
        append(number, forged=True)

    assert found() == [("end_replaced", sealed[3].chain_name, "4")]


def replay(sealed):
    """Bring the database to where it was before the second checkpoint, as an old backup would."""
    append()
    append(place=OTHER)
    checkpoints.make(now=NOW + MINUTES)
    tamper("DELETE FROM audit_entry WHERE id > %s", sealed[-1].pk)
    tamper("DELETE FROM audit_checkpoint WHERE number > 1")


def test_an_old_backup_that_was_replayed_is_called_one_and_its_missing_entries_are_named(sealed):
    replay(sealed)

    assert found() == [
        ("database_older", "audit_checkpoint", "2"),
        ("end_cut", sealed[4].chain_name, "2"),
        ("end_cut", sealed[3].chain_name, "5"),
    ]


def test_an_older_database_signs_nothing_until_its_return_is_on_record(sealed):
    replay(sealed)
    append()
    before = lines()

    with pytest.raises(checkpoints.RecordIsOlder):
        checkpoints.make(now=NOW + 2 * MINUTES, force=True)
    assert not settling.seal(now=NOW + 2 * MINUTES)
    assert lines() == before

    lost = seals.lost_now()
    told = checkpoints.make(
        now=NOW + 2 * MINUTES, restored={"reason": "đĩa hỏng", "lost": [list(one) for one in lost], "had": 1}
    )
    assert told.number == 3
    verified = verifying.verify()
    assert verified.findings == []
    assert "đĩa hỏng" in verified.restored[0]
    append()
    checkpoints.make(now=NOW + 3 * MINUTES)
    assert found() == []


def test_what_is_cut_after_the_return_is_not_excused_by_it(sealed):
    replay(sealed)
    checkpoints.make(
        now=NOW + 2 * MINUTES,
        restored={"reason": "x", "lost": [list(one) for one in seals.lost_now()], "had": 1},
    )
    append("new")
    checkpoints.make(now=NOW + 3 * MINUTES)

    tamper("DELETE FROM audit_entry WHERE id = %s", Entry.objects.latest("pk").pk)

    assert found() == [("end_cut", sealed[3].chain_name, "5")]


@pytest.mark.parametrize(
    "change",
    [
        lambda line: line | {"body": line["body"].replace('"position"', '"p"').replace('"entries":5', '"entries":4')},
        lambda line: line | {"signature": line["signature"][:-8] + "AAAAAA=="},
        lambda line: line | {"number": 7},
    ],
)
def test_a_checkpoint_of_a_foreign_hand_is_not_believed(sealed, change):
    file = checkpoints.files()[0]
    file.write_text("".join(json.dumps(change(line)) + "\n" for line in lines()))
    tamper("DELETE FROM audit_checkpoint")

    assert "checkpoint_foreign" in {fault for fault, _, _ in found()}


def test_a_checkpoint_exchanged_in_the_database_alone_differs_from_the_exported_one(sealed):
    told = json.loads(Checkpoint.objects.get().body)
    told["entries"] = 1
    body = json.dumps(told, sort_keys=True, separators=(",", ":"))
    tamper("UPDATE audit_checkpoint SET body = %s", body)

    assert ("checkpoint_differs", "audit_checkpoint", "1") in found()


def test_a_file_of_something_else_is_said_to_be_unreadable(sealed):
    checkpoints.files()[0].write_text("[1]\n")

    assert ("export_unreadable", f"{checkpoints.files()[0].name}:1", "1") in found()


def test_exports_that_vanished_are_missed(sealed):
    checkpoints.files()[0].unlink()

    assert [fault for fault, _, _ in found()] == ["checkpoint_missing"]


def test_a_checkpoint_taken_out_of_the_middle_is_missed(sealed):
    for turn in (1, 2):
        append()
        checkpoints.make(now=NOW + turn * MINUTES)
    tamper("DELETE FROM audit_checkpoint WHERE number = 2")
    assert found() == [("checkpoint_missing", "audit_checkpoint", "2")]

    file = checkpoints.files()[0]
    file.write_text("".join(json.dumps(line) + "\n" for line in lines() if line["number"] != 2))
    assert ("checkpoint_missing", "audit_checkpoint", "2") in found()


def test_half_a_line_left_by_a_killed_process_is_written_anew(sealed):
    file = checkpoints.files()[0]
    whole = file.read_text()
    append()
    checkpoints.make(now=NOW + MINUTES)
    file.write_text(file.read_text()[: len(whole) + 40])

    assert checkpoints.export() == 1
    assert [line["number"] for line in lines()] == [1, 2]
    assert found() == []


def test_what_was_signed_and_not_exported_when_the_process_died_is_exported_by_the_next(sealed):
    append()
    checkpoints.make(now=NOW + MINUTES)
    checkpoints.files()[0].write_text("".join(json.dumps(line) + "\n" for line in lines()[:1]))
    append()

    checkpoints.make(now=NOW + 2 * MINUTES)

    assert [line["number"] for line in lines()] == [1, 2, 3]


def test_checkpoints_kept_elsewhere_show_what_files_and_database_together_hide(sealed, tmp_path):
    append()
    checkpoints.make(now=NOW + MINUTES)
    kept = tmp_path / "kept.jsonl"
    kept.write_bytes(checkpoints.files()[0].read_bytes())
    replay_here = lines()[:1]
    tamper("DELETE FROM audit_entry WHERE id > %s", sealed[-1].pk)
    tamper("DELETE FROM audit_checkpoint WHERE number > 1")
    checkpoints.files()[0].write_text("".join(json.dumps(line) + "\n" for line in replay_here))
    assert found() == []

    verified = verifying.verify(files=[kept], key=checkpoints.folder() / keys.PUBLIC)

    assert [one.fault.value for one in verified.findings] == ["database_older", "end_cut"]


def test_a_lost_signing_key_is_never_replaced_in_silence(sealed):
    (keys._folder() / keys.PRIVATE).unlink()
    append()

    with pytest.raises(keys.NoRecordKey):
        checkpoints.make(now=NOW + MINUTES)
    assert found() == []


def test_another_key_is_noticed(sealed):
    for name in (keys.PRIVATE, keys.PUBLIC):
        (keys._folder() / name).unlink()
    append()

    checkpoints.make(now=NOW + MINUTES)

    assert ("checkpoint_foreign", "audit_checkpoint", "2") in found()


def test_the_chain_of_former_times_is_sealed_too(db):
    sql("ALTER TABLE audit_entry DROP CONSTRAINT audit_entry_in_a_chain")
    digest = "0" * 64
    for number in range(3):
        digest = former(number, digest)
    assert found() == []
    checkpoints.make(now=NOW)
    assert found() == []

    tamper("DELETE FROM audit_entry WHERE id = (SELECT max(id) FROM audit_entry)")
    assert found() == [("end_cut", "(former)", "")]
    tamper("UPDATE audit_entry SET result = 'denied' WHERE id = (SELECT min(id) FROM audit_entry)")
    assert ("entry_changed", "(former)") in {(fault, where) for fault, where, _ in found()}


def former(number, previous):
    """An entry as versions before chains of days wrote it."""
    entry = Entry(
        at=NOW, actor_kind="person", actor_id="7", actor_name="Ngô Văn Cũ", action="room.act", target=f"thing:{number}",
        unit_path="26", result="done", detail={"n": number}, previous=previous,
    )  # fmt: skip
    facts = {
        "at": NOW.astimezone(UTC).isoformat(), "actor": ["person", "7", "Ngô Văn Cũ"], "origin": "",
        "action": "room.act", "target": f"thing:{number}", "unit": "26", "result": "done", "detail": {"n": number},
    }  # fmt: skip
    entry.digest = rules.former_digest(previous, facts)
    entry.save(force_insert=True)
    return entry.digest


def test_a_file_in_the_folder_bears_nothing_but_digests_and_units(sealed):
    text = Path(checkpoints.files()[0]).read_text()

    assert "room.act" not in text
