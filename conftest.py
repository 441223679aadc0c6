"""What every test stands on: a real PostgreSQL of its own, started once a run."""

import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import psycopg
import pytest
from hypothesis import HealthCheck, settings

settings.register_profile("shared machine", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("shared machine")  # how long an example takes says something of the machine, nothing of the code

pytest_plugins = ["loa.orgs.tests.world", "loa.box.tests.clone"]
_cluster = []
_TEMPLATE = "migrated"
_COPIED_FROM = "LOA_TEST_TEMPLATE"
_BROUGHT_BY_MIGRATIONS = {
    "orgs_level",
    "bulletins_category",
    "bulletins_category_place",
    "bulletins_external_field",
    "bulletins_language",
    "django_content_type",
}
_PARTITIONED = ("devices_event", "devices_reading")
_MADE_BY_TESTS = {"orgs_role": "WHERE NOT is_standard"}
_QUOTED = re.compile(r'"(\w+)"')
_QUICK = "loa.accounts.tests.quick.Argon2"


def pytest_addoption(parser):
    parser.addoption("--pictures", help="folder for the pictures of pages that the documentation shows")


def pytest_configure(config):
    if os.environ.get("LOA_DATABASE_URL"):
        return
    from loa.box import roles
    from loa.box.postgres import Cluster

    folder = Path(tempfile.mkdtemp(prefix="loa-test-"))
    cluster = Cluster(folder, settings={"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"})
    cluster.create()
    _cluster.append((cluster, cluster.start()))
    cluster.ensure_database()
    os.environ["LOA_DATABASE_URL"] = cluster.url_as(roles.SUPERUSER)  # makes and empties databases
    if config.getoption("numprocesses", None):
        _migrate_once(cluster)


def _migrate_once(cluster):
    """Make a database that several processes of a run copy: each would spend a minute on the same migrations."""
    from loa.box import roles

    with psycopg.connect(cluster.url_as(roles.SUPERUSER), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {_TEMPLATE}")
    url = cluster.url_as(roles.SUPERUSER).replace(f"/{roles.DATABASE}?", f"/{_TEMPLATE}?")
    migrate = [sys.executable, "-m", "django", "migrate", "--settings", "loa.settings", "--verbosity", "0"]
    subprocess.run(migrate, env={**os.environ, "LOA_DATABASE_URL": url}, check=True, stdout=sys.stderr)
    os.environ[_COPIED_FROM] = _TEMPLATE


def pytest_unconfigure(config):
    for cluster, server in _cluster:
        cluster.stop(server)
        shutil.rmtree(cluster.socket, ignore_errors=True)
        shutil.rmtree(cluster.folder, ignore_errors=True)
        os.environ.pop("LOA_DATABASE_URL", None)
        os.environ.pop(_COPIED_FROM, None)


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix):
    from django.db import connections

    from loa.settings import _database

    url = os.environ["LOA_DATABASE_URL"]
    wanted = _database(url)
    for name in ("HOST", "PORT", "USER", "PASSWORD"):
        connections["default"].settings_dict[name] = wanted[name]
    if template := os.environ.get(_COPIED_FROM):
        connections["default"].settings_dict["TEST"]["TEMPLATE"] = template


@pytest.fixture(autouse=True)
def _state_folder(tmp_path, settings):
    settings.LOA_HOME = tmp_path / "var"
    settings.MEDIA_FOLDER = settings.LOA_HOME / "media"
    settings.KEY_FOLDER = settings.LOA_HOME / "keys"
    settings.LOA_CHECKPOINT_FOLDER = settings.LOA_HOME / "checkpoints"
    settings.STATIC_ROOT = settings.LOA_HOME / "static"
    settings.STATIC_ROOT.mkdir(parents=True)
    settings.WHITENOISE_AUTOREFRESH = True  # or every test client would look through all static files as it starts


@pytest.fixture(scope="session", autouse=True)
def _passwords_cost_little():
    from django.test import override_settings

    with override_settings(PASSWORD_HASHERS=[_QUICK]):
        yield


@pytest.fixture(scope="session", autouse=True)
def _tests_may_empty_tables():
    """Let Django's flush between tests pass the guards of append-only tables: only a superuser may, as tests are.

    Rows go one by one, where there are any: to truncate a hundred tables means new files for each and its indexes.
    What the migrations brought stays: levels, the standard roles, the tree of essential information, languages.
    """
    from django.db.backends.postgresql.operations import DatabaseOperations

    flush = DatabaseOperations.execute_sql_flush

    def flush_unguarded(operations, statements):
        (statement,) = statements
        if "RESTART" in statement:
            pytest.fail("sequences go on: what was made once keeps its numbers")
        tables = [name for name in _QUOTED.findall(statement) if name not in _BROUGHT_BY_MIGRATIONS]
        tables += _PARTITIONED  # made by migrations of our own, so that Django does not name them
        deletes = (f'DELETE FROM "{name}" {_MADE_BY_TESTS.get(name, "")}' for name in tables)  # noqa: S608 - Django's names
        flush(operations, ["SET LOCAL session_replication_role = 'replica'", ";".join(deletes)])

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(DatabaseOperations, "execute_sql_flush", flush_unguarded)
        yield
