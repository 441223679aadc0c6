"""Guards of every room's rows: one that is dropped, switched off or exchanged is found by name."""

import pytest

from loa.audit.tests.making import found, sql

WEAKER = """
CREATE OR REPLACE FUNCTION orgs_grant_stands() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$
"""
ANOTHER = """
CREATE TRIGGER media_clip_append_only BEFORE DELETE ON media_clip
   FOR EACH ROW EXECUTE FUNCTION media_clip_append_only()
"""


def guards():
    return {(fault, where, which) for fault, where, which in found() if fault.startswith("guard_")}


def partition():
    return sql("SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhparent = 'devices_event'::regclass")[0][0]


@pytest.mark.django_db
def test_what_the_migrations_made_is_there():
    assert guards() == set()


@pytest.mark.django_db
def test_a_guard_of_evidence_that_was_dropped_is_named():
    sql("DROP TRIGGER devices_event_append_only ON devices_event")

    named = guards()

    assert ("guard_missing", "devices_event", "devices_event_append_only") in named
    assert ("guard_missing", partition(), "devices_event_append_only") in named


@pytest.mark.django_db
def test_a_guard_of_one_partition_that_was_switched_off_or_dropped_is_named():
    name = partition()
    sql(f"ALTER TABLE {name} DISABLE TRIGGER devices_event_append_only")
    sql(f"DROP TRIGGER devices_event_never_emptied ON {name}")

    assert guards() == {
        ("guard_missing", name, "devices_event_append_only"),
        ("guard_missing", name, "devices_event_never_emptied"),
    }


@pytest.mark.django_db
def test_a_guard_whose_function_was_exchanged_is_named():
    sql(WEAKER)

    assert guards() == {("guard_foreign", "orgs_grant_stands", "")}


@pytest.mark.django_db
def test_a_guard_that_was_made_anew_to_look_at_less_is_named():
    sql("DROP TRIGGER media_clip_append_only ON media_clip")
    sql(ANOTHER)

    assert guards() == {("guard_missing", "media_clip", "media_clip_append_only")}
