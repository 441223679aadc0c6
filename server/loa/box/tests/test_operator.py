"""What an operator does from the command line, on a real box that does not run at the moment."""

import os
import shutil
import subprocess
import sys
import tempfile
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest
from psycopg import errors

from loa.box import environment, standing

pytestmark = pytest.mark.system


@pytest.fixture
def home():
    folder = Path(tempfile.mkdtemp(prefix="loa-operator-"))
    folder.chmod(0o755)
    yield folder / "var"
    shutil.rmtree(folder)


def loa(home, *words, **more):
    plain = {name: value for name, value in os.environ.items() if not name.startswith(("LOA_", "DJANGO_"))}
    return subprocess.run(
        [sys.executable, "-m", "loa.cli", *words],
        env={**plain, "LOA_HOME": str(home), "LANG": "en_US.UTF-8", **more},
        capture_output=True, text=True, check=False, timeout=100,
    )  # fmt: skip


_SEED = """
from loa.box import environment, standing
from loa.cli import REPOSITORY, rooms
place = environment.place(REPOSITORY)
environment.make_secrets(place.home)
with standing.database(place):
    rooms.load()
    from loa.box import prepare
    from loa.box.demo import seed
    prepare.run(mark=place.home / "run" / "prepared", then=seed.run)
"""


def seed(home):
    plain = {name: value for name, value in os.environ.items() if not name.startswith(("LOA_", "DJANGO_"))}
    subprocess.run([sys.executable, "-c", _SEED], env={**plain, "LOA_HOME": str(home)}, check=True, capture_output=True)


def test_a_backup_brings_everything_back_and_a_changed_byte_is_noticed(home):
    seed(home)
    saved, back = home.parent / "saved", home.parent / "back"

    assert loa(home, "verify").returncode == 0
    assert loa(home, "backup", str(saved)).returncode == 0
    assert saved.stat().st_mode & 0o077 == 0
    assert loa(back, "restore", str(saved)).returncode == 0

    verified = loa(back, "verify")
    assert verified.returncode == 0, verified.stderr
    assert "chain is whole" in verified.stderr
    assert (back / "secrets" / "secret_key").read_text() == (home / "secrets" / "secret_key").read_text()

    assert "not empty" in loa(back, "restore", str(saved)).stderr
    clip = next(file for file in saved.glob("media/??/??/*") if not file.is_symlink())
    clip.write_bytes(clip.read_bytes()[:-1] + b"x")
    damaged = loa(home.parent / "other", "restore", str(saved))
    assert damaged.returncode == 69
    assert "damaged" in damaged.stderr


def sealed(home, elsewhere):
    """Sign a checkpoint as the worker would, into a folder on another machine."""
    code = (
        "from loa.box import environment, standing; from loa.cli import REPOSITORY, rooms\n"
        "with standing.database(environment.place(REPOSITORY)):\n"
        "    rooms.load()\n"
        "    from loa.audit import settling; from loa.kernel import clock\n"
        "    assert settling.seal(now=clock.now())\n"
    )
    plain = {name: value for name, value in os.environ.items() if not name.startswith(("LOA_", "DJANGO_"))}
    env = {**plain, "LOA_HOME": str(home), "LOA_CHECKPOINT_FOLDER": str(elsewhere)}
    subprocess.run([sys.executable, "-c", code], env=env, check=True, capture_output=True)


def test_an_old_backup_brought_back_is_called_one_until_its_return_is_on_record(home):
    seed(home)
    saved, back, elsewhere = home.parent / "saved", home.parent / "back", home.parent / "elsewhere"
    at = {"LOA_CHECKPOINT_FOLDER": str(elsewhere)}
    sealed(home, elsewhere)
    assert loa(home, "backup", str(saved), **at).returncode == 0
    assert loa(home, "verify", "--explain", "thử", **at).returncode == 0
    sealed(home, elsewhere)
    assert loa(home, "verify", **at).returncode == 0

    assert loa(back, "restore", str(saved), **at).returncode == 0
    verified = loa(back, "verify", **at)
    assert verified.returncode == 1
    assert "older backup" in verified.stderr
    assert "(instance)" in verified.stderr

    assert loa(back, "restore", "--note", "đĩa hỏng", **at).returncode == 0
    verified = loa(back, "verify", **at)
    assert verified.returncode == 0, verified.stderr
    assert "đĩa hỏng" in verified.stderr


def test_verify_names_what_the_tables_owner_did_behind_the_records_back(home):
    seed(home)
    place = replace(environment.place(home), home=home, database_url="")
    with standing.database(place) as cluster:
        with psycopg.connect(cluster.url, autocommit=True) as connection:
            connection.execute("UPDATE orgs_unit SET sort_order = sort_order + 1 WHERE path = '26'")
        with psycopg.connect(cluster.url_as("loa_owner"), autocommit=True) as connection:
            connection.execute("ALTER TABLE bulletins_bulletin DISABLE TRIGGER USER")
            connection.execute("UPDATE bulletins_bulletin SET title = 'khác'")
            connection.execute("ALTER TABLE bulletins_bulletin ENABLE TRIGGER USER")
            connection.execute("ALTER TABLE audit_entry DISABLE TRIGGER USER")
            (cut,) = connection.execute(
                "DELETE FROM audit_entry WHERE id = (SELECT max(e.id) FROM audit_entry AS e JOIN audit_entry AS next"
                " ON next.chain = e.chain AND next.day = e.day AND next.position = e.position + 1) RETURNING chain"
            ).fetchone()
            connection.execute("ALTER TABLE audit_entry ENABLE TRIGGER USER")

    told = loa(home, "verify")

    assert told.returncode == 1
    assert "Outside every command: table orgs_unit" in told.stderr
    assert "role:loa " in told.stderr
    assert "of bulletins_bulletin is not what was last recorded" in told.stderr
    assert f"of the chain {cut}" in told.stderr


def test_verify_notices_a_media_file_that_was_changed(home):
    seed(home)
    clip = next(file for file in home.glob("media/??/??/*") if not file.is_symlink())
    clip.chmod(0o644)
    clip.write_bytes(b"something else")

    verified = loa(home, "verify")

    assert verified.returncode == 1
    assert clip.name in verified.stderr


def test_the_applications_role_cannot_bend_what_was_seeded(home):
    seed(home)
    attacks = (
        "TRUNCATE audit_entry",
        "ALTER TABLE audit_entry DISABLE TRIGGER USER",
        "UPDATE audit_entry SET result = 'denied'",
        "DELETE FROM devices_event",
        "UPDATE media_clip SET sha256 = repeat('0', 64)",
        "UPDATE bulletins_revision SET text = 'khác' WHERE state = 'approved'",
        "CREATE TABLE mine ()",
    )

    place = replace(environment.place(home), home=home, database_url="")
    with standing.database(place) as cluster, psycopg.connect(cluster.url, autocommit=True) as connection:
        for attack in attacks:
            with pytest.raises((errors.RaiseException, errors.InsufficientPrivilege)):
                connection.execute(attack)
        made = connection.execute("SELECT devices_event_partitions('2040-01-01', 0)").fetchone()
        early = connection.execute("SELECT count(*) FROM devices_event").fetchone()

    assert made == (1,)
    assert early > (0,)


def test_a_command_nobody_knows_lists_those_there_are(home):
    done = loa(home, "dance")

    assert done.returncode == 64
    assert "loa demo" in done.stderr


def test_a_process_without_its_secrets_refuses_to_run(home):
    done = loa(home, "clock")

    assert done.returncode == 69
    assert "no secret" in done.stderr
