"""What a machine may lack gets a sentence that says what to do, in the reader's language, never a trace."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.system

UNREACHABLE = "http://127.0.0.1:9/simple"


def sentence(done):
    assert done.returncode == 69, done.stderr
    assert "Traceback" not in done.stderr
    return done.stderr


def test_a_python_that_is_too_old_is_named(clone, tmp_path):
    old = tmp_path / "python3"
    old.write_text('#!/bin/sh\n[ "$1" = -V ] && echo "Python 3.9.2" && exit 0\nexit 1\n')
    old.chmod(0o755)

    said = sentence(clone.run("demo", LOA_PYTHON=str(old)))

    assert "too old" in said
    assert "Python 3.9.2" in said
    assert "3.11" in said


def test_a_python_that_is_broken_is_named(clone, tmp_path):
    broken = tmp_path / "python3"
    broken.write_text('#!/bin/sh\necho "Traceback | of \\nothing" >&2\necho "cannot & will not" >&2\nexit 1\n')
    broken.chmod(0o755)

    done = clone.run("demo", LOA_PYTHON=str(broken))

    assert done.returncode == 69
    assert f"{broken} (cannot  will not)" in done.stderr


@pytest.mark.parametrize("content", [None, "\x7fELF that is none", ""])
def test_an_environment_whose_python_is_broken_is_made_anew_or_explained(clone, tmp_path, content):
    python = clone.root / ".venv/bin/python"
    python.parent.mkdir(parents=True)
    if content is not None:
        python.write_text(content)
        python.chmod(0o755)
    (clone.root / ".venv/loa-complete").write_text('{"root": "somewhere"}')
    nothing = {"XDG_CACHE_HOME": str(tmp_path / "cache"), "PATH": _path_without("uv")}

    said = sentence(
        clone.run("help", PIP_CONFIG_FILE=os.devnull, PIP_INDEX_URL=UNREACHABLE, PIP_RETRIES="0", **nothing)
    )

    assert "registry cannot be reached" in said


def test_what_the_system_refuses_is_said_with_its_reason(clone):
    (clone.root / "requirements/runtime.txt").unlink()
    (clone.root / "requirements/runtime.txt").symlink_to("runtime.txt")

    said = sentence(clone.run("help"))

    assert "Too many levels of symbolic links" in said


def test_no_python_at_all_is_said_in_vietnamese_to_a_vietnamese_account(clone):
    said = sentence(clone.run("demo", LOA_PYTHON="/nowhere/python3", LANG="vi_VN.UTF-8"))

    assert said.startswith("Không tìm thấy Python")
    assert "No Python" not in said


def test_an_account_without_a_language_hears_both(clone):
    said = sentence(clone.run("demo", LOA_PYTHON="/nowhere/python3", LANG="C.UTF-8"))

    assert "Không tìm thấy Python" in said
    assert "No Python was found" in said


def test_no_network_while_getting_the_installer(clone, tmp_path):
    nothing = {
        "XDG_CACHE_HOME": str(tmp_path / "cache"),
        "UV_CACHE_DIR": str(tmp_path / "uv"),
        "PATH": _path_without("uv"),
    }

    said = sentence(
        clone.run("help", PIP_CONFIG_FILE=os.devnull, PIP_INDEX_URL=UNREACHABLE, PIP_RETRIES="0", **nothing)
    )

    assert "registry cannot be reached" in said


def test_no_network_while_installing_is_mended_by_a_run_with_one(clone, tmp_path):
    cut = clone.run("help", UV_CACHE_DIR=str(tmp_path / "uv"), PIP_CONFIG_FILE=os.devnull, PIP_INDEX_URL=UNREACHABLE,
                    UV_HTTP_RETRIES="0")  # fmt: skip
    mended = clone.run("help")

    assert "registry cannot be reached" in sentence(cut)
    assert mended.returncode == 0, mended.stderr


def test_a_full_disk_is_said_before_anything_is_fetched(clone, tmp_path):
    small = tmp_path / "small"
    small.mkdir()
    script = 'mount -t tmpfs -o size=80m none "$1" && cp -r "$2" "$1/loa" && exec "$1/loa/loa" help'
    alone = ["unshare", "--mount"] if os.geteuid() == 0 else ["unshare", "--mount", "--map-root-user"]

    done = subprocess.run(
        [*alone, "sh", "-c", script, "sh", str(small), str(clone.root)],
        env=clone.environment,
        capture_output=True,
        text=True,
        check=False,
    )

    said = sentence(done)
    assert "nearly full" in said
    assert "1500 MB" in said


def test_a_folder_that_cannot_be_written_is_named(clone):
    command = clone.command("help", HOME="/nonexistent")
    if os.geteuid() == 0:
        command["user"] = "nobody"
    else:
        clone.root.chmod(0o555)

    done = subprocess.run(timeout=60, check=False, **command)
    clone.root.chmod(0o755)

    assert str(clone.root) in sentence(done)
    assert "cannot be written" in done.stderr


@pytest.mark.parametrize(
    ("output", "wanted"),
    [
        ("error: command 'x86_64-linux-gnu-gcc' failed: No such file or directory", "no_compiler"),
        ("error: failed to write: No space left on device (os error 28)", "disk_full"),
        ("  ╰─▶ Hash mismatch for `django==5.2.19`", "bad_digest"),
        ("ERROR: No matching distribution found for uv==0.13.9", "no_version"),
        ("something nobody has seen", "failed"),
    ],
)
def test_what_an_installer_prints_becomes_the_sentence_that_fits(clone, output, wanted):
    program = (
        "import sys; sys.path.insert(0, 'tools/setup'); import installing, texts\n"
        "from pathlib import Path\n"
        "say = ['sh', '-c', 'echo \"$1\"; exit 1', 'sh', sys.argv[1]]\n"
        "try: installing.run(say, root=Path('.'), step='step_packages')\n"
        "except texts.Refused as refusal: print(refusal.key); texts.explain(refusal)\n"
    )

    done = subprocess.run(
        [sys.executable, "-c", program, output], cwd=clone.root, capture_output=True, text=True, check=True
    )

    assert done.stdout.strip() == wanted


def test_every_sentence_is_in_both_languages(clone):
    keys = [
        [line.partition("=")[0] for line in (clone.root / f"tools/setup/texts.{language}").read_text().splitlines()]
        for language in ("vi", "en")
    ]

    assert keys[0] == keys[1]


def _path_without(program):
    folders = os.environ["PATH"].split(os.pathsep)
    return os.pathsep.join(
        folder for folder in folders if shutil.which(program, path=folder) is None and Path(folder).is_dir()
    )
