"""Checks of the database: who we are in it, how we speak to it, how old it is."""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from pathlib import Path

from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from loa.audit import checkpoints
from loa.audit.finding import Fault
from loa.audit.verifying import guards
from loa.box import rights
from loa.box.doctor.register import Facts, Found, Severity, check, is_here
from loa.box.saying import gettext_noop

_OLDEST = 150_000
_CHECKPOINT_OLDEST = timedelta(hours=26)
_NAMED_MOST = 8
_CHECKED_MODES = {"verify-ca", "verify-full"}


@check(
    "database_away",
    Severity.RISKY,
    means=gettext_noop("What hangs on the database was not looked at."),
    cure=gettext_noop("Start the database, or set LOA_DATABASE_URL right, and ask the doctor again."),
)
def database_away(facts: Facts) -> Iterator[Found]:
    """Find a database that does not answer."""
    if not facts.has_database:
        yield Found(gettext_noop("The database does not answer."))


@check(
    "database_role",
    Severity.UNSAFE,
    means=gettext_noop("Whoever breaks into the web process can rewrite the record, approvals and evidence."),
    cure=gettext_noop(
        "Make two roles as docs/how-to/deploy.md says; LOA_DATABASE_URL names the one that owns nothing."
    ),
    covers=("DATABASES", "DATABASE_OWNER"),
    needs_database=True,
)
def database_role(facts: Facts) -> Iterator[Found]:
    """Find a role that may more than fill tables."""
    del facts
    role = rights.excess()
    if role is not None:
        yield Found(gettext_noop("The database role %(role)s is a superuser or owns the tables."), {"role": role})
        return
    tables = rights.beyond()
    if tables:
        yield Found(gettext_noop("The database role may empty tables or put triggers on them: %(tables)s"),
                    {"tables": _some(tables)})  # fmt: skip


@check(
    "tables_foreign",
    Severity.UNSAFE,
    means=gettext_noop("Whoever owns a table or a function can change it and switch off what guards it."),
    cure=gettext_noop("Give all of it to the role of LOA_DATABASE_OWNER_URL: REASSIGN OWNED, as its superuser."),
    needs_database=True,
)
def tables_foreign(facts: Facts) -> Iterator[Found]:
    """Find tables and functions that belong to another role than the one that makes them."""
    owner = str(facts.settings.DATABASE_OWNER.get("USER") or "")
    if not owner:
        return
    found: dict[str, list[str]] = {}
    for name, role in rights.foreign(owner):
        found.setdefault(role, []).append(name)
    for role, names in found.items():
        yield Found(gettext_noop("To %(role)s, not to %(owner)s, belong: %(names)s"),
                    {"role": role, "owner": owner, "names": _some(names)})  # fmt: skip


@check(
    "guards_missing",
    Severity.UNSAFE,
    means=gettext_noop("What must never be changed can be changed, and the record does not see it."),
    cure=gettext_noop("Run `loa prepare`, then `loa verify`. If a guard is still named, find out who took it away."),
    needs_database=True,
)
def guards_missing(facts: Facts) -> Iterator[Found]:
    """Find triggers and functions of any room that are gone, switched off or not as our migrations made them."""
    del facts
    with connection.cursor() as cursor:
        found = guards.look(cursor)
    gone = [" ".join(filter(None, (one.where, one.which))) for one in found if one.fault is Fault.GUARD_MISSING]
    strange = [one.where for one in found if one.fault is Fault.GUARD_FOREIGN]
    if gone:
        yield Found(gettext_noop("Missing or switched off: %(names)s"), {"names": _some(gone)})
    if strange:
        yield Found(gettext_noop("Not as they were made: %(names)s"), {"names": _some(strange)})


@check(
    "database_plain",
    Severity.UNSAFE,
    means=gettext_noop("Everything Loa knows crosses the network where it can be read, or is told to an impostor."),
    cure=gettext_noop("End the address with ?sslmode=verify-full&sslrootcert=/etc/loa/tls/database.pem."),
)
def database_plain(facts: Facts) -> Iterator[Found]:
    """Find a database on another host without a checked certificate."""
    for told in {id(one): one for one in (facts.settings.DATABASES["default"], facts.settings.DATABASE_OWNER)}.values():
        host = str(told.get("HOST", ""))
        if not is_here(host) and told.get("OPTIONS", {}).get("sslmode") not in _CHECKED_MODES:
            yield Found(gettext_noop("The database on %(host)s is spoken to without a checked certificate."),
                        {"host": host})  # fmt: skip


@check(
    "database_old",
    Severity.UNSAFE,
    means=gettext_noop("This version gets no security fixes that Loa counts on, or lacks what its guards need."),
    cure=gettext_noop("Move to PostgreSQL 15 or newer."),
    needs_database=True,
)
def database_old(facts: Facts) -> Iterator[Found]:
    """Find a PostgreSQL older than 15."""
    del facts
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version_num")
        number = int(cursor.fetchone()[0])
    if number < _OLDEST:
        yield Found(gettext_noop("PostgreSQL is version %(version)s."), {"version": number // 10_000})


@check(
    "migrations_pending",
    Severity.RISKY,
    means=gettext_noop("The program and its tables do not fit: guards of the new version may be missing."),
    cure=gettext_noop("Run `loa prepare`."),
    needs_database=True,
)
def migrations_pending(facts: Facts) -> Iterator[Found]:
    """Find changes of tables that were not made."""
    del facts
    executor = MigrationExecutor(connection)
    pending = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if pending:
        yield Found(gettext_noop("%(count)s changes of the tables are waiting."), {"count": len(pending)})


@check(
    "embedded_beyond",
    Severity.NOTE,
    means=gettext_noop("The embedded database ends with its machine and asks accounts of the box for no password."),
    cure=gettext_noop("For a province use a PostgreSQL server (docs/how-to/deploy.md); for one commune this is fine."),
)
def embedded_beyond(facts: Facts) -> Iterator[Found]:
    """Find the embedded database behind a public name."""
    if not facts.settings.LOA_DATABASE_URL and not is_here(facts.public_host):
        yield Found(gettext_noop("The embedded database serves %(host)s."), {"host": facts.public_host})


@check(
    "checkpoints_old",
    Severity.RISKY,
    means=gettext_noop("If somebody cut off the end of the record, nothing outside the database would show it."),
    cure=gettext_noop("Let the worker run: it signs a checkpoint of the record regularly and writes it to the folder."),
    needs_database=True,
)
def checkpoints_old(facts: Facts) -> Iterator[Found]:
    """Find a record whose end nobody signs."""
    written = [path.stat().st_mtime for path in checkpoints.files()]
    if not written:
        yield Found(gettext_noop("No checkpoint of the record was ever written."))
    elif facts.now.timestamp() - max(written) > _CHECKPOINT_OLDEST.total_seconds():
        yield Found(gettext_noop("No checkpoint of the record was written for more than a day."))


@check(
    "record_stays_here",
    Severity.RISKY,
    means=gettext_noop(
        "Nobody outside sees attacks as they happen, and whoever owns the machine can bend both records."
    ),
    cure=gettext_noop("Name LOA_SYSLOG_URL or LOA_AUDIT_FEED, and a LOA_CHECKPOINT_FOLDER on another machine."),
    covers=("LOA_AUDIT_FEED", "LOA_SYSLOG_URL", "LOA_CHECKPOINT_FOLDER"),
)
def record_stays_here(facts: Facts) -> Iterator[Found]:
    """Find a record that never leaves the machine."""
    if not facts.is_reachable:
        return
    if not (facts.settings.LOA_AUDIT_FEED or facts.settings.LOA_SYSLOG_URL):
        yield Found(gettext_noop("Neither LOA_SYSLOG_URL nor LOA_AUDIT_FEED is set."))
    if Path(facts.settings.LOA_CHECKPOINT_FOLDER).resolve().is_relative_to(facts.home.resolve()):
        yield Found(gettext_noop("Checkpoints of the record lie beside the record: %(folder)s"),
                    {"folder": facts.settings.LOA_CHECKPOINT_FOLDER})  # fmt: skip


def _some(names: Sequence[str]) -> str:
    """Return the first names, and the number of the others."""
    rest = len(names) - _NAMED_MOST
    return ", ".join(names[:_NAMED_MOST]) + (f", … (+{rest})" if rest > 0 else "")
