"""A fresh clone for tests of the set-up: the tracked files, in a folder of their own."""

import os
import shutil
import stat
import subprocess
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[4]


@dataclass
class Clone:
    root: Path
    environment: dict[str, str] = field(default_factory=dict)

    def command(self, *words, **more):
        wanted = {**self.environment, **more}
        return {
            "args": [str(self.root / "loa"), *words],
            "env": {name: value for name, value in wanted.items() if value},
            "stdout": subprocess.PIPE,
            "stderr": subprocess.PIPE,
            "stdin": subprocess.DEVNULL,
            "text": True,
        }

    def run(self, *words, limit_s=110, **more):
        return subprocess.run(timeout=limit_s, check=False, **self.command(*words, **more))

    def start(self, *words, **more):
        return subprocess.Popen(start_new_session=True, **self.command(*words, **more))


def tracked_files():
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=REPOSITORY, capture_output=True, check=True, text=True,
    )  # fmt: skip
    return [name for name in listed.stdout.split("\0") if name and (REPOSITORY / name).is_file()]


@pytest.fixture
def clone():
    folder = Path(tempfile.mkdtemp(prefix="loa-clone-"))
    folder.chmod(0o755)
    root = folder / "loa"
    for name in tracked_files():
        target = root / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(REPOSITORY / name, target)
    plain = {
        name: value for name, value in os.environ.items() if not name.startswith(("LOA_", "LC_", "LANG", "DJANGO"))
    }
    yield Clone(root, {**plain, "LANG": "en_US.UTF-8"})
    shutil.rmtree(folder, onerror=_make_removable)


def _make_removable(function, path, _why):
    os.chmod(Path(path).parent, stat.S_IRWXU)  # noqa: PTH101 - as shutil hands it over
    function(path)
