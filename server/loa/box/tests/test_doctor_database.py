"""What the doctor finds in the database itself: guards, owners and rights."""

import pytest
from django.db import connection

from loa.box.doctor import database, machine
from loa.box.doctor.register import Facts
from loa.box.tests.test_doctor import NOW, deployment
from loa.devices.models import Device
from loa.dispatch.tests.making import make_devices

__all__ = ["deployment"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("harm", "named"),
    [
        ("ALTER TABLE bulletins_revision DISABLE TRIGGER USER", "bulletins_revision"),
        ("DROP TRIGGER audit_change_update ON accounts_user", "accounts_user"),
        ("CREATE OR REPLACE FUNCTION audit_change() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'",
         "audit_change"),
    ],
)  # fmt: skip
def test_a_guard_of_any_room_that_is_gone_off_or_exchanged_is_found(deployment, harm, named):
    facts = Facts(settings=deployment, given={}, now=NOW, has_database=True)
    assert list(database.guards_missing(facts)) == []

    with connection.cursor() as cursor:
        cursor.execute(harm)

    assert any(named in one.words("en") for one in database.guards_missing(facts))


@pytest.mark.django_db
def test_tables_and_functions_of_another_role_than_the_owner_are_found(deployment):
    facts = Facts(settings=deployment, given={}, now=NOW, has_database=True)
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        deployment.DATABASE_OWNER["USER"] = cursor.fetchone()[0]
        assert list(database.tables_foreign(facts)) == []
        cursor.execute("CREATE ROLE stranger_of_test; GRANT CREATE ON SCHEMA public TO stranger_of_test")
        cursor.execute("ALTER TABLE bulletins_revision OWNER TO stranger_of_test")

    found = [one.words("en") for one in database.tables_foreign(facts)]

    assert len(found) == 1
    assert "stranger_of_test" in found[0]
    assert "bulletins_revision" in found[0]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("right", "said"),
    [
        ("GRANT SELECT, INSERT, UPDATE, DELETE ON orgs_unit TO clerk_of_test", None),
        ("GRANT TRUNCATE ON orgs_unit TO clerk_of_test", "orgs_unit"),
        ("GRANT TRIGGER ON orgs_unit TO clerk_of_test", "orgs_unit"),
        ("ALTER TABLE orgs_grant OWNER TO clerk_of_test", "clerk_of_test"),
    ],
)
def test_an_application_that_may_empty_or_owns_any_table_is_found(deployment, right, said):
    facts = Facts(settings=deployment, given={}, now=NOW, has_database=True)
    with connection.cursor() as cursor:
        cursor.execute("CREATE ROLE clerk_of_test; GRANT CREATE ON SCHEMA public TO clerk_of_test")
        cursor.execute(right)
        cursor.execute("SET LOCAL ROLE clerk_of_test")

    found = [one.words("en") for one in database.database_role(facts)]

    with connection.cursor() as cursor:
        cursor.execute("RESET ROLE")
    assert len(found) == (said is not None)
    assert all(said in one for one in found)


@pytest.mark.django_db
@pytest.mark.parametrize(("offset_ms", "word"), [(3_600_000, "later"), (-3_600_000, "earlier"), (2_000, None)])
def test_a_clock_that_most_devices_contradict_is_found(deployment, world, offset_ms, word):
    make_devices(world.commune, count=4)
    Device.objects.unscoped("test").update(clock_offset_ms=offset_ms)

    found = [one.words("en") for one in machine.clock_disputed(Facts(settings=deployment, given={}, now=NOW))]

    assert len(found) == (word is not None)
    assert all(f"For 4 of 4 devices in contact it is {word} than here." == one for one in found)
