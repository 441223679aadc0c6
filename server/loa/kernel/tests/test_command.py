from dataclasses import dataclass, replace
from typing import ClassVar

import pytest
from django.db import DatabaseError, connection, transaction

from loa.audit.models import Entry
from loa.kernel import command as commanding
from loa.kernel import events
from loa.kernel.command import Place, command, emit, note
from loa.kernel.errors import Denied, FreshFactorNeeded, NotFound, OnlyFromOffice, OnlyInOfficeHours, Refusal
from loa.kernel.models import OutboxEntry
from loa.kernel.scope import Limit, withhold
from loa.orgs.models import Unit
from loa.orgs.tests.world import make_world


@dataclass(frozen=True, slots=True, kw_only=True)
class Renamed(events.Event):
    name: ClassVar[str] = "kerneltest.renamed"
    unit_path: str

    @property
    def key(self):
        return f"unit:{self.unit_path}"


class Refused(Refusal):
    code = "refused_for_test"


@pytest.fixture
def rename():
    """A command like any room's; taken out of the register afterwards."""

    @command("bulletins.write")
    def rename(scope, unit, /, *, name, failure=None):
        Unit.objects.unscoped("test").filter(pk=unit.pk).update(name=name)
        emit(Renamed(unit_path=unit.path))
        note(name=name)
        if failure is not None:
            raise failure
        return name

    @command("orgs.view")
    def rename_twice(scope, unit, /, *, failure=None):
        rename(scope, unit, name="once")
        return rename(scope, unit, name="twice", failure=failure)

    @command("orgs.view")
    def rename_if_possible(scope, unit, /):
        try:
            rename(scope, unit, name="no", failure=Refused())
        except Refused:
            return "as it was"

    @command("bulletins.write", needs_fresh=True)
    def rename_fresh(scope, unit, /):
        return "fresh"

    @command("bulletins.write")
    def rename_afterwards(scope, unit, /):
        transaction.on_commit(lambda: rename(scope, unit, name="after"))

    rename.afterwards = rename_afterwards
    rename.fresh = rename_fresh
    rename.twice = rename_twice
    rename.if_possible = rename_if_possible
    yield rename
    for name in ("rename", "rename_twice", "rename_if_possible", "rename_fresh", "rename_afterwards"):
        del commanding._REGISTER[f"kernel.{name}"]


def record():
    return list(Entry.objects.order_by("pk").values_list("action", "target", "result"))


def name_of(unit):
    return Unit.objects.unscoped("test").get(pk=unit.pk).name


def test_a_command_acts_tells_and_is_on_record(world, rename):
    assert rename(world.officer, world.commune, name="Xã Mới") == "Xã Mới"

    entry = Entry.objects.get()
    assert name_of(world.commune) == "Xã Mới"
    assert (entry.action, entry.target, entry.unit_path) == ("kernel.rename", "unit:09043", world.commune.path)
    assert (entry.result, entry.detail) == ("done", {"name": "Xã Mới"})
    assert (entry.actor_id, entry.actor_name) == (str(world.officer_user.pk), "Trần Văn Cán")
    assert OutboxEntry.objects.get().key == f"unit:{world.commune.path}"


def test_outside_the_scope_a_target_does_not_exist(world, rename):
    with pytest.raises(NotFound):
        rename(world.officer, world.other_commune, name="Xã Mới")

    assert record() == [("kernel.rename", "unit:09037", "not_found")]
    assert name_of(world.other_commune) == "Xã Đồng Cương"


def test_inside_without_the_right_the_refusal_names_it_and_the_place(world, rename):
    with pytest.raises(Denied) as refusal:
        rename(world.leader, world.commune, name="Xã Mới")

    assert refusal.value.facts["place"] == "Xã Tam Hồng"
    assert record() == [("kernel.rename", "unit:09043", "denied")]
    assert Entry.objects.get().detail == {"permission": "bulletins.write"}


@pytest.mark.parametrize("who", ["outsider", "citizen"])
def test_whoever_sees_nothing_here_finds_nothing(world, rename, who):
    with pytest.raises(NotFound):
        rename(getattr(world, who), world.commune, name="Xã Mới")


def test_a_refusal_inside_takes_everything_back_but_stays_on_record(world, rename):
    with pytest.raises(Refused):
        rename(world.officer, world.commune, name="Xã Mới", failure=Refused())

    assert name_of(world.commune) == "Xã Tam Hồng"
    assert not OutboxEntry.objects.exists()
    assert record() == [("kernel.rename", "unit:09043", "refused_for_test")]


def test_a_bug_inside_takes_everything_back(world, rename):
    with pytest.raises(ZeroDivisionError):
        rename(world.officer, world.commune, name="Xã Mới", failure=ZeroDivisionError())

    assert name_of(world.commune) == "Xã Tam Hồng"
    assert not OutboxEntry.objects.exists()
    assert record() == []


def test_a_command_within_a_command_is_one_act(world, rename):
    rename.twice(world.officer, world.commune)

    assert name_of(world.commune) == "twice"
    assert [action for action, _, _ in record()] == ["kernel.rename", "kernel.rename", "kernel.rename_twice"]


def test_when_the_inner_command_is_refused_the_outer_one_takes_all_back(world, rename):
    with pytest.raises(Refused):
        rename.twice(world.officer, world.commune, failure=Refused())

    assert name_of(world.commune) == "Xã Tam Hồng"
    assert not OutboxEntry.objects.exists()
    assert record() == [("kernel.rename_twice", "unit:09043", "refused_for_test")]


def test_an_inner_refusal_the_outer_command_accepts_is_on_record(world, rename):
    rename.if_possible(world.officer, world.commune)

    assert name_of(world.commune) == "Xã Tam Hồng"
    assert record() == [
        ("kernel.rename", "unit:09043", "refused_for_test"),
        ("kernel.rename_if_possible", "unit:09043", "done"),
    ]


def test_the_records_lock_is_the_last_one_a_nested_command_takes(world, rename):
    held = []

    @command("orgs.view")
    def look(scope, unit, /):
        rename(scope, unit, name="x")
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid()")
            held.append(cursor.fetchone()[0])

    look(world.officer, world.commune)
    del commanding._REGISTER["kernel.look"]

    assert held == [0]


def test_a_record_that_cannot_be_written_stops_the_act(world, rename):
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE audit_entry ADD CONSTRAINT full_disk CHECK (false) NOT VALID")

    with pytest.raises(DatabaseError):
        rename(world.officer, world.commune, name="Xã Mới")

    assert name_of(world.commune) == "Xã Tam Hồng"


def test_a_command_that_needs_a_fresh_factor_refuses_without_and_runs_with(world, rename):
    with pytest.raises(FreshFactorNeeded):
        rename.fresh(replace(world.officer, is_fresh=False), world.commune)
    with pytest.raises(Denied):
        rename.fresh(replace(world.monitor, is_fresh=True), world.commune)

    assert rename.fresh(replace(world.officer, is_fresh=True), world.commune) == "fresh"
    assert rename.fresh(world.system, world.commune) == "fresh"
    assert list(Entry.objects.order_by("pk").values_list("result", flat=True)) == [
        "fresh_factor_needed", "denied", "done", "done",
    ]  # fmt: skip


@pytest.mark.parametrize(("limit", "refusal"), [(Limit.NETWORK, OnlyFromOffice), (Limit.HOURS, OnlyInOfficeHours)])
def test_a_right_held_back_by_network_or_hour_is_refused_with_that_reason_on_record(world, rename, limit, refusal):
    elsewhere = withhold(world.officer, {"bulletins.write"}, by=limit)

    with pytest.raises(refusal):
        rename(elsewhere, world.commune, name="Xã Mới")
    with pytest.raises(NotFound):
        rename(elsewhere, world.outsider_commune, name="Xã Mới")

    assert record() == [
        ("kernel.rename", "unit:09043", refusal.code), ("kernel.rename", "unit:05440", "not_found"),
    ]  # fmt: skip
    assert name_of(world.commune) == "Xã Tam Hồng"


def test_what_runs_right_after_the_commit_is_an_act_of_its_own(transactional_db, rename):
    world = make_world()

    rename.afterwards(world.officer, world.commune)

    done = Entry.objects.filter(action__startswith="kernel.rename").order_by("pk")
    assert list(done.values_list("action", flat=True)) == ["kernel.rename_afterwards", "kernel.rename"]


def test_telling_and_noting_belong_inside_a_command():
    with pytest.raises(RuntimeError):
        emit(Renamed(unit_path="26"))
    with pytest.raises(RuntimeError):
        note(anything=1)


def test_a_place_without_a_row_is_a_target_too(world, rename):
    with pytest.raises(NotFound):
        rename(world.officer, Place(scope_path="19", audit_name="place:19"), name="x")

    assert record() == [("kernel.rename", "place:19", "not_found")]


def test_the_register_knows_each_command_once(rename):
    assert commanding.registered()["kernel.rename"].permission == "bulletins.write"
    assert commanding.is_decorated(rename)
    assert not commanding.is_decorated(name_of)
    with pytest.raises(commanding.DefinedTwice):
        command("bulletins.write")(commanding.registered()["kernel.rename"].function)
