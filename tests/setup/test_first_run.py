"""The wrapper on a machine that has everything: it sets up once, repairs what was cut off, then is out of the way."""

import os
import signal
import time

import pytest

pytestmark = pytest.mark.system


def test_the_first_run_sets_up_and_the_second_says_nothing(clone):
    first = clone.run("help")
    second = clone.run("help")

    assert first.returncode == 0, first.stderr
    assert "Set-up done" in first.stderr
    assert "loa demo" in first.stdout
    assert second.returncode == 0
    assert second.stderr == ""


def test_translations_are_compiled_and_only_the_changed_one_again(clone):
    clone.run("help")
    sources = sorted(clone.root.glob("server/loa/*/locale/vi/LC_MESSAGES/django.po"))
    compiled = {source.with_suffix(".mo"): source.with_suffix(".mo").stat().st_mtime_ns for source in sources}
    os.utime(sources[0], (time.time() + 5, time.time() + 5))

    clone.run("help")

    changed = [file for file, moment in compiled.items() if file.stat().st_mtime_ns != moment]
    assert sources
    assert changed == [sources[0].with_suffix(".mo")]


def test_a_set_up_that_was_killed_is_repaired_by_the_next_run(clone):
    started = clone.start("help")
    packages = clone.root / ".venv/lib"
    deadline = time.monotonic() + 60
    while len(list(packages.glob("*/site-packages/*"))) < 5 and started.poll() is None and time.monotonic() < deadline:
        time.sleep(0.005)
    os.killpg(started.pid, signal.SIGKILL)
    started.communicate()

    again = clone.run("help")

    assert "interrupted" in again.stderr
    assert again.returncode == 0, again.stderr
    assert clone.run("help").stderr == ""


def test_two_runs_started_together_set_up_once(clone):
    one, other = clone.start("help"), clone.start("help")

    said = [one.communicate(timeout=100)[1], other.communicate(timeout=100)[1]]

    assert [one.returncode, other.returncode] == [0, 0]
    assert sum("Installing" in words for words in said) == 1
    assert sum("waiting" in words for words in said) == 1


def test_a_changed_lock_is_installed_and_tests_need_more_than_running(clone):
    clone.run("help")
    lock = clone.root / "requirements/runtime.txt"
    lock.write_text(lock.read_text() + "\n")

    again = clone.run("help")

    assert "Installing" in again.stderr
    assert again.returncode == 0


def test_a_moved_clone_is_set_up_for_its_new_place(clone):
    clone.run("help")
    moved = clone.root.with_name("elsewhere")
    clone.root.rename(moved)
    clone.root = moved

    again = clone.run("help")

    assert again.returncode == 0, again.stderr
    assert "Set-up done" in again.stderr


def test_nothing_of_the_registry_is_written_into_the_tree(clone):
    name = f"registry-{os.getpid()}.invalid"

    clone.run("help", PIP_EXTRA_INDEX_URL=f"https://someone:hidden@{name}/simple")

    tree = [file for file in clone.root.rglob("*") if file.is_file() and ".venv/lib" not in str(file)]
    assert tree
    assert not [file for file in tree if name.encode() in file.read_bytes()]
