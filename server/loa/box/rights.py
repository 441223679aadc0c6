"""Looks whether the application's role in the database may do more than it should."""

from django.db import connection

from loa.box.saying import step

_RIGHTS = """
SELECT role.rolname, role.rolsuper, pg_has_role(role.oid, record.relowner, 'USAGE')
  FROM pg_roles AS role, pg_class AS record
 WHERE role.rolname = current_user AND record.oid = 'audit_entry'::regclass
"""


def excess() -> str | None:
    """Return the role of this process when it could switch off the guards, else None."""
    role, is_superuser, is_owner = _looked_up()
    return str(role) if is_superuser or is_owner else None


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
