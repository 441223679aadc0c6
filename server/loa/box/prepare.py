"""Makes the database ready for the other parts: tables, keys, and for a demo its province."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.db import OperationalError, connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

from loa.audit import commands as audit
from loa.box import rights
from loa.box.saying import Refused, step
from loa.devices import keys
from loa.kernel import clock
from loa.media import store

ANSWER_S = 60.0
_LOCK = 7_303_003
_NAMED_MOST = 3


def run(*, mark: Path, then: Callable[[], None] | None = None) -> None:
    """Wait for the database, bring the tables up to date, make the keys, tell the others, and seed."""
    with _as_owner():
        _await_database()
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s)", [_LOCK])  # gone with the connection
        refuse_tables_of_another_version()
        with audit.chore("migrate"):
            call_command("migrate", verbosity=0, interactive=False)
        keys.ensure_box_keys(now=clock.now())
    store.close()
    rights.tell_excess()
    mark.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    mark.touch()
    step("Tables and keys are ready")
    if then is not None:
        then()


def refuse_tables_of_another_version() -> None:
    """Stop where a migration was made that this program does not bring: what it would add fits nothing."""
    ours = {config.label for config in apps.get_app_configs() if config.name.startswith("loa.")}
    made = {(room, name) for room, name in MigrationRecorder(connection).applied_migrations() if room in ours}
    unknown = made - MigrationLoader(connection).disk_migrations.keys()
    if unknown:
        raise Refused(
            "The tables of this database were made by a version of Loa that was never released, or by a newer one "
            "(%(names)s). Nothing was changed. Export what you need with that version, then begin with a new database.",
            names=", ".join(f"{room}.{name}" for room, name in sorted(unknown)[:_NAMED_MOST]),
        )


@contextmanager
def _as_owner() -> Iterator[None]:
    """Connect as the role that owns the tables, and afterwards again as the one that only fills them."""
    kept = connection.settings_dict
    connection.close()
    connection.settings_dict = {**kept, **settings.DATABASE_OWNER}
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict = kept


def _await_database() -> None:
    deadline = time.monotonic() + ANSWER_S
    while True:
        try:
            connection.ensure_connection()
        except OperationalError as refusal:
            if time.monotonic() > deadline:
                raise Refused("The database does not answer: %(why)s", why=refusal) from refusal
            time.sleep(0.05)
        else:
            return
