"""Putting the locked packages into .venv: with uv where it can be had, else with pip, always by digest."""

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from texts import Refused, say

_NOTHING_THERE = r"\(from versions: none\)"
"""What pip says of a package when it reached no registry, or one that has nothing for this machine."""

_CAUSES: Mapping[str, Sequence[str]] = {
    "disk_full": ("No space left", "os error 28", "Disk quota exceeded"),
    "bad_digest": ("DO NOT MATCH THE HASHES", "[Hh]ash mismatch"),
    "no_compiler": (
        r"command '?\S*(gcc|cc|clang|c\+\+)\S*'? failed: No such",
        r"unable to execute '\S*(gcc|cc)'",
        r"No such file or directory: '?\S*(gcc|cc)'?",
        "compiler cannot be found",
        "Unknown compiler",
        "linker `?cc`? not found",
    ),
    "no_network": (
        "Failed to establish a new connection",
        "NewConnectionError",
        "Name or service not known",
        "Temporary failure in name resolution",
        "error sending request",
        "dns error",
        "[Cc]onnection refused",
        "Could not connect",
        "Network is unreachable",
        "timed out",
        "ProxyError",
        "Failed to fetch",
        "SSLError",
        "CERTIFICATE_VERIFY",
        _NOTHING_THERE,
    ),
    "not_writable": ("Permission denied", "Read-only file system", "os error 13"),
    "no_version": ("No solution found", "No matching distribution", "has no wheels", "no usable wheels"),
}


@dataclass(frozen=True)
class Installer:
    """Something that installs into the .venv of `root`."""

    root: Path
    sync_with: Sequence[str]
    link_with: Sequence[str]
    environment: Mapping[str, str]

    def sync(self, lock: Path) -> None:
        """Install exactly what the lock names; a package without its digest is refused."""
        run([*self.sync_with, str(lock)], root=self.root, step="step_packages", environment=self.environment)

    def link(self, folders: Sequence[Path]) -> None:
        """Install packages of ours so that an edit is seen at once."""
        names = [word for folder in folders for word in ("-e", str(folder))]
        run([*self.link_with, *names], root=self.root, step="step_own", environment=self.environment)


def find(root: Path, python: Path) -> Installer:
    """Return uv if it is here or can be fetched by pip; else pip itself."""
    inside = str(root / ".venv/bin/python")
    pip: list[str] = []
    uv = _uv_at_hand(root)
    if uv is None:
        say("step_uv")
        pip = _pip(root, python)
        uv = _fetch_uv(root, pip)
    if uv is None:
        into = [*pip, "--python", inside, "install", "--quiet", "--disable-pip-version-check"]
        return Installer(root, [*into, "--require-hashes", "-r"], [*into, "--no-deps"], {})
    common = ["--quiet", "--python", inside]
    return Installer(
        root,
        [uv, "pip", "sync", *common, "--require-hashes"],
        [uv, "pip", "install", *common, "--no-deps"],
        _registry(python, pip),
    )


def run(program: Sequence[str], *, root: Path, step: str, environment: Mapping[str, str] | None = None) -> str:
    """Run a program and return what it printed; raise the refusal that fits when it fails."""
    done = _attempt(program, environment)
    if done.returncode != 0:
        raise _refusal(done.stdout, root=root, step=step)
    return done.stdout


def _attempt(
    program: Sequence[str], environment: Mapping[str, str] | None = None
) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        program, env={**os.environ, **(environment or {})}, check=False, text=True, errors="replace",
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL,
    )  # fmt: skip


def _refusal(output: str, *, root: Path, step: str) -> Refused:
    log = Path(tempfile.gettempdir()) / f"loa-setup-{os.getuid()}.log"
    try:
        log.write_text(output)
    except OSError:
        log = Path(os.devnull)
    print("\n".join(output.strip().splitlines()[-6:]), file=sys.stderr)
    for key, patterns in _CAUSES.items():
        if re.search("|".join(patterns), output):
            free = shutil.disk_usage(root).free // 1_000_000
            return Refused(key, place=root, free=free, need=1500)
    return Refused("failed", step=step.removeprefix("step_"), log=log)


def _uv_at_hand(root: Path) -> str | None:
    if (found := shutil.which("uv")) and re.match(r"uv (0\.(9|[1-9]\d)|[1-9])", _attempt([found, "--version"]).stdout):
        return found
    kept = _uv_folder(root) / "bin/uv"
    return str(kept) if kept.is_file() and _attempt([str(kept), "--version"]).returncode == 0 else None


def _uv_folder(root: Path) -> Path:
    version = (root / "requirements/uv.txt").read_text().split("==", 1)[1].split(maxsplit=1)[0]
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return cache / "loa" / f"uv-{version}"


def _fetch_uv(root: Path, pip: Sequence[str]) -> str | None:
    """Keep uv in the account's cache folder; None when there is none for this machine."""
    folder = _uv_folder(root)
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent) as half:
        target = Path(half) / "uv"
        how = ["--quiet", "--disable-pip-version-check", "--no-deps", "--only-binary", ":all:", "--require-hashes"]
        done = _attempt([*pip, "install", *how, "--target", str(target), "-r", str(root / "requirements/uv.txt")])
        if done.returncode != 0:
            if re.search(_NOTHING_THERE, done.stdout):
                return None  # pip itself may still do, or fail with the right sentence
            raise _refusal(done.stdout, root=root, step="step_uv")
        shutil.rmtree(folder, ignore_errors=True)
        target.rename(folder)
    return str(folder / "bin/uv")


def _pip(root: Path, python: Path) -> list[str]:
    """Return a pip that runs: Python's own, one from ensurepip, or, for root, one from the system's packages."""
    own = [str(python), "-m", "pip"]
    if _attempt([*own, "--version"]).returncode == 0:
        return own
    scratch = _uv_folder(root).parent / "pip"
    bundled = [str(scratch / "bin/python"), "-m", "pip"]
    if scratch.exists() and _attempt([*bundled, "--version"]).returncode == 0:
        return bundled
    if _make_scratch(python, scratch):
        return bundled
    if os.geteuid() == 0 and shutil.which("apt-get"):
        say("step_apt")
        _attempt(["apt-get", "update", "-q"])
        run(["apt-get", "install", "-y", "-q", "--no-install-recommends", "python3-venv"], root=root, step="step_apt",
            environment={"DEBIAN_FRONTEND": "noninteractive"})  # fmt: skip
        if _make_scratch(python, scratch):
            return bundled
    raise Refused("no_pip")


def _make_scratch(python: Path, scratch: Path) -> bool:
    shutil.rmtree(scratch, ignore_errors=True)
    scratch.parent.mkdir(parents=True, exist_ok=True)
    return _attempt([str(python), "-m", "venv", str(scratch)]).returncode == 0


def _registry(python: Path, pip: Sequence[str]) -> dict[str, str]:
    """Return pip's own registry settings as uv reads them; nothing of it is written anywhere."""
    listed = _attempt([*(pip or [str(python), "-m", "pip"]), "config", "list"])
    settings: dict[str, str] = {}
    if listed.returncode == 0:
        for place in ("global", "install", ":env:"):
            for name, value in re.findall(rf"^{place}\.([a-z-]+)='(.*)'$", listed.stdout, re.MULTILINE):
                settings[name] = value.replace("\\n", " ")
    for name in ("index-url", "extra-index-url", "find-links", "trusted-host", "cert"):
        if value := os.environ.get("PIP_" + name.upper().replace("-", "_")):
            settings[name] = value
    names = {"index-url": "UV_DEFAULT_INDEX", "extra-index-url": "UV_INDEX", "cert": "SSL_CERT_FILE",
             "find-links": "UV_FIND_LINKS", "trusted-host": "UV_INSECURE_HOST"}  # fmt: skip
    told = {uv: settings[ours] for ours, uv in names.items() if ours in settings and uv not in os.environ}
    if "UV_FIND_LINKS" in told:
        told["UV_FIND_LINKS"] = ",".join(told["UV_FIND_LINKS"].split())
    if "UV_INDEX" in told:  # as pip does it: the best version of all registries; the digests say which file
        told["UV_INDEX_STRATEGY"] = "unsafe-best-match"
    return told
