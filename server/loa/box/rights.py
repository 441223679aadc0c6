"""Looks whether the application's role in the database may do more than it should."""

from django.db import connection

from loa.box.saying import step

_THINGS = """
SELECT c.oid, c.relname AS name, c.relowner AS owner, c.relkind IN ('r', 'p') AS is_table FROM pg_class AS c
 WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p', 'v', 'm')
   AND NOT EXISTS (SELECT FROM pg_depend AS d
                    WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')
UNION ALL
SELECT p.oid, p.proname || '()', p.proowner, false FROM pg_proc AS p
 WHERE p.pronamespace = 'public'::regnamespace
   AND NOT EXISTS (SELECT FROM pg_depend AS d
                    WHERE d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e')
"""
"""Tables, views and functions of ours; what an extension brought belongs to whoever made that."""

_RIGHTS = f"""
SELECT role.rolname, role.rolsuper,
       EXISTS (SELECT FROM ({_THINGS}) AS thing WHERE pg_has_role(role.oid, thing.owner, 'USAGE'))
  FROM pg_roles AS role WHERE role.rolname = current_user
"""  # noqa: S608 - a constant

_FOREIGN = f"""
SELECT thing.name, pg_get_userbyid(thing.owner) FROM ({_THINGS}) AS thing
 WHERE pg_get_userbyid(thing.owner) <> %s ORDER BY 1
"""  # noqa: S608 - a constant

_BEYOND = f"""
SELECT thing.name FROM ({_THINGS}) AS thing
 WHERE thing.is_table AND has_table_privilege(current_user, thing.oid, 'TRUNCATE, TRIGGER, REFERENCES') ORDER BY 1
"""  # noqa: S608 - a constant


def excess() -> str | None:
    """Return the role of this process when it could switch off the guards, else None."""
    role, is_superuser, is_owner = _looked_up()
    return str(role) if is_superuser or is_owner else None


def foreign(owner: str) -> list[tuple[str, str]]:
    """Return the tables and functions of ours that do not belong to this role, each with the role they belong to."""
    with connection.cursor() as cursor:
        cursor.execute(_FOREIGN, [owner])
        return [(str(name), str(role)) for name, role in cursor.fetchall()]


def beyond() -> list[str]:
    """Return the tables that the role of this process may empty, or put triggers on."""
    with connection.cursor() as cursor:
        cursor.execute(_BEYOND)
        return [str(name) for (name,) in cursor.fetchall()]


def tell_excess() -> None:
    """Warn when this process' role could switch off what guards the record, approvals and evidence."""
    role, is_superuser, is_owner = _looked_up()
    if is_superuser:
        step("Warning: the database role %(role)s is a superuser and can rewrite the record; see docs/how-to/deploy.md",
             role=role)  # fmt: skip
    elif is_owner:
        step("Warning: the database role %(role)s owns the tables and can switch off their guards; "
             "see docs/how-to/deploy.md", role=role)  # fmt: skip


def _looked_up() -> tuple[str, bool, bool]:
    with connection.cursor() as cursor:
        cursor.execute(_RIGHTS)
        role, is_superuser, is_owner = cursor.fetchone()
    return str(role), bool(is_superuser), bool(is_owner)
