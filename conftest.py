"""What every test stands on: a real PostgreSQL of its own, started once a run."""

import os
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
_KEEP = (
    "CREATE TEMP TABLE kept_level AS SELECT * FROM orgs_level",
    "CREATE TEMP TABLE kept_role AS SELECT * FROM orgs_role WHERE is_standard",
    "CREATE TEMP TABLE kept_category AS SELECT * FROM bulletins_category",
    "CREATE TEMP TABLE kept_category_place AS SELECT * FROM bulletins_category_place",
    "CREATE TEMP TABLE kept_external_field AS SELECT * FROM bulletins_external_field",
    "CREATE TEMP TABLE kept_language AS SELECT * FROM bulletins_language",
)
_BRING_BACK = (
    "INSERT INTO orgs_level SELECT * FROM kept_level",
    "INSERT INTO orgs_role SELECT * FROM kept_role",
    "INSERT INTO bulletins_category SELECT * FROM kept_category",
    "INSERT INTO bulletins_category_place SELECT * FROM kept_category_place",
    "INSERT INTO bulletins_external_field SELECT * FROM kept_external_field",
    "INSERT INTO bulletins_language SELECT * FROM kept_language",
    "DROP TABLE kept_level, kept_role, kept_category, kept_category_place, kept_external_field, kept_language",
)


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
def _tests_may_empty_tables():
    """Let Django's flush between tests pass the guards of append-only tables: only a superuser may, as tests are.

    What the migrations brought stays: levels, the standard roles, the tree of essential information, languages.
    """
    from django.db.backends.postgresql.operations import DatabaseOperations

    flush = DatabaseOperations.execute_sql_flush

    def flush_unguarded(operations, statements):
        flush(operations, ["SET LOCAL session_replication_role = 'replica'", *_KEEP, *statements, *_BRING_BACK])

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(DatabaseOperations, "execute_sql_flush", flush_unguarded)
        yield
