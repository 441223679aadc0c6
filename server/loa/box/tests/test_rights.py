import pytest
from django.db import connection

from loa.box import rights


def become(role, *, owner=False):
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE ROLE {role}")
        cursor.execute(f"GRANT ALL ON ALL TABLES IN SCHEMA public TO {role}")
        if owner:
            cursor.execute(f"ALTER TABLE audit_entry OWNER TO {role}")
        cursor.execute(f"SET LOCAL ROLE {role}")


def test_a_superuser_is_warned_of(db, capsys):
    rights.tell_excess()

    assert connection.settings_dict["USER"] in capsys.readouterr().err


@pytest.mark.parametrize("owner", [True, False])
def test_an_owner_is_warned_of_and_a_role_that_only_fills_tables_is_not(db, capsys, owner):
    become("rights_test", owner=owner)

    rights.tell_excess()

    assert ("rights_test" in capsys.readouterr().err) is owner
