import os
import shutil
import signal
import tempfile
import time
from pathlib import Path
from urllib.parse import unquote

import psycopg
import pytest

from loa.box import roles
from loa.box.postgres import Cluster
from loa.settings import _embedded

pytestmark = pytest.mark.system


@pytest.fixture
def cluster():
    folder = Path(tempfile.mkdtemp(prefix="loa-box-"))  # pytest closes its own folders to other accounts
    made = Cluster(folder / "postgres", settings={"fsync": "off"})
    made.create()
    servers = []

    def start():
        servers.append(made.start())
        return servers[-1]

    yield made, start
    for server in servers:
        made.stop(server)
    shutil.rmtree(made.socket, ignore_errors=True)
    shutil.rmtree(folder)


@pytest.mark.parametrize("length", [10, 200])
def test_the_settings_find_the_database_where_the_box_puts_it(tmp_path, length):
    home = tmp_path / ("x" * length)
    cluster = Cluster(home / "postgres")

    cluster.lay()

    assert unquote(_embedded(home, "loa")) == unquote(cluster.url)
    assert unquote(_embedded(home, "loa_owner")) == unquote(cluster.url_as("loa_owner"))
    assert len(f"{cluster.socket}/.s.PGSQL.5432") <= 107


def test_what_was_committed_is_there_after_the_server_was_killed(cluster):
    made, start = cluster
    server = start()
    made.ensure_database()
    with psycopg.connect(made.url_as(roles.OWNER), autocommit=True) as connection:
        connection.execute("CREATE TABLE kept (n int)")
        connection.execute("INSERT INTO kept VALUES (7)")

    os.kill(server.pid, signal.SIGKILL)
    server.wait()
    start()

    with psycopg.connect(made.url) as connection:
        assert connection.execute("SELECT n FROM kept").fetchall() == [(7,)]


def test_a_half_made_cluster_is_made_again(cluster):
    made, start = cluster
    (made.folder / "complete").unlink()
    (made.data / "PG_VERSION").unlink()

    made.create()
    start()

    made.ensure_database()
    psycopg.connect(made.url).close()


def test_a_stopped_server_leaves_no_process_and_a_killed_ones_file_names_none(cluster):
    made, start = cluster
    server = start()
    assert made.running_pid() == server.pid

    os.kill(server.pid, signal.SIGKILL)
    server.wait()

    assert (made.data / "postmaster.pid").exists()
    assert made.running_pid() is None


def test_a_dead_server_nobody_collected_does_not_bar_the_way(cluster):
    made, start = cluster
    server = start()

    os.kill(server.pid, signal.SIGKILL)
    os.waitid(os.P_PID, server.pid, os.WEXITED | os.WNOWAIT)  # dead, and its number still taken

    deadline = time.monotonic() + 10
    while not made.forget_dead_server() and time.monotonic() < deadline:
        time.sleep(0.02)
    assert not (made.data / "postmaster.pid").exists()
    start()
    psycopg.connect(dbname="postgres", user=roles.SUPERUSER, host=str(made.socket)).close()


def test_a_living_servers_lock_is_never_removed(cluster):
    made, start = cluster
    start()

    assert made.forget_dead_server() is False
    assert (made.data / "postmaster.pid").exists()
