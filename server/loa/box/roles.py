"""Who is who in the embedded database: a superuser makes it, an owner changes tables, the application fills them."""

from pathlib import Path

import psycopg

DATABASE = "loa"
SUPERUSER = "postgres"
OWNER = "loa_owner"
APPLICATION = "loa"

_RENAMER = "loa_renamer"

_HAND_OVER = """
DO $$
DECLARE
    statement text;
BEGIN
    FOR statement IN
        SELECT format('ALTER TABLE %s OWNER TO loa_owner', thing.oid::regclass) FROM pg_class AS thing
         WHERE thing.relnamespace = 'public'::regnamespace AND thing.relkind IN ('r', 'p', 'v', 'm', 'S')
           AND NOT EXISTS (SELECT FROM pg_depend WHERE classid = 'pg_class'::regclass AND objid = thing.oid
                                                   AND (deptype = 'e' OR thing.relkind = 'S' AND deptype IN ('a', 'i')))
        UNION ALL
        SELECT format('ALTER ROUTINE %s OWNER TO loa_owner', thing.oid::regprocedure) FROM pg_proc AS thing
         WHERE thing.pronamespace = 'public'::regnamespace
           AND NOT EXISTS (SELECT FROM pg_depend
                            WHERE classid = 'pg_proc'::regclass AND objid = thing.oid AND deptype = 'e')
        UNION ALL
        SELECT format('ALTER TYPE %s OWNER TO loa_owner', thing.oid::regtype) FROM pg_type AS thing
          LEFT JOIN pg_class AS rows ON rows.oid = thing.typrelid
         WHERE thing.typnamespace = 'public'::regnamespace AND (thing.typtype IN ('e', 'd', 'r') OR rows.relkind = 'c')
           AND NOT EXISTS (SELECT FROM pg_depend
                            WHERE classid = 'pg_type'::regclass AND objid = thing.oid AND deptype = 'e')
    LOOP
        EXECUTE statement;
    END LOOP;
END
$$
"""
"""What an earlier version made as the superuser; extensions keep their owner."""

_RIGHTS = (
    f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {APPLICATION}",
    f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {APPLICATION}",
    f"ALTER DEFAULT PRIVILEGES FOR ROLE {OWNER} GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {APPLICATION}",
    f"ALTER DEFAULT PRIVILEGES FOR ROLE {OWNER} GRANT USAGE, SELECT ON SEQUENCES TO {APPLICATION}",
)
"""No TRUNCATE, nothing to make, change or drop tables and their triggers."""


def ensure(socket: Path) -> None:
    """Make the database and its roles where they are missing, in whatever state an earlier start left them.

    Nobody but the superuser can enter before all is in place: both roles come with the last commit.
    """
    try:
        connection = _connect(socket, SUPERUSER, "postgres")
    except psycopg.OperationalError:
        _take_the_superusers_name_from_the_application(socket)
        connection = _connect(socket, SUPERUSER, "postgres")
    with connection:
        connection.execute(f"DROP ROLE IF EXISTS {_RENAMER}")
        if connection.execute("SELECT FROM pg_database WHERE datname = %s", [DATABASE]).fetchone() is None:
            connection.execute(f"CREATE DATABASE {DATABASE}")
    with _connect(socket, SUPERUSER, DATABASE) as connection, connection.transaction():
        if connection.execute(
            "SELECT FROM pg_database WHERE datname = %s AND pg_get_userbyid(datdba) = %s", [DATABASE, OWNER]
        ).fetchone():
            return
        for role in (OWNER, APPLICATION):
            if connection.execute("SELECT FROM pg_roles WHERE rolname = %s", [role]).fetchone() is None:
                connection.execute(f"CREATE ROLE {role} LOGIN")
        connection.execute(_HAND_OVER)
        for right in _RIGHTS:
            connection.execute(right)
        connection.execute(f"ALTER DATABASE {DATABASE} OWNER TO {OWNER}")


def _take_the_superusers_name_from_the_application(socket: Path) -> None:
    """Rename the role an earlier version made the cluster with: that role is a superuser for ever, and was ours.

    No session may rename its own role, so another superuser comes and goes.
    """
    with _connect(socket, APPLICATION, "postgres") as connection:
        if connection.execute("SELECT FROM pg_roles WHERE rolname = %s", [_RENAMER]).fetchone() is None:
            connection.execute(f"CREATE ROLE {_RENAMER} SUPERUSER LOGIN")
    with _connect(socket, _RENAMER, "postgres") as connection:
        connection.execute(f"ALTER ROLE {APPLICATION} RENAME TO {SUPERUSER}")


def _connect(socket: Path, role: str, database: str) -> psycopg.Connection[tuple[object, ...]]:
    return psycopg.connect(dbname=database, user=role, host=str(socket), autocommit=True, connect_timeout=10)
