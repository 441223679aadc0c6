"""Brings a real provider of identities, `oidc-provider` under Node, and keeps it in the account's cache."""

import hashlib
import json
import os
import random
import shutil
import subprocess
import tempfile
from contextlib import contextmanager
from pathlib import Path

from loa.box import doors

HERE = Path(__file__).parent
CLIENT, SECRET, STRONG = "loa", "only-for-tests-0123456789-0123456789", "urn:loa:two-factors"


def brought():
    """Return the folder with the packages, fetched by npm by digest when it is not there yet."""
    lock = (HERE / "package-lock.json").read_bytes()
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "loa"
    folder = cache / f"oidc-provider-{hashlib.sha256(lock).hexdigest()[:12]}"
    if folder.is_dir():
        return folder
    assert shutil.which("npm"), "npm is not installed: apt-get install nodejs npm"
    cache.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=cache) as half:
        for name in ("package.json", "package-lock.json"):
            shutil.copy(HERE / name, half)
        quiet = ["--no-audit", "--no-fund", "--ignore-scripts"]
        done = subprocess.run(["npm", "ci", *quiet], cwd=half, capture_output=True, text=True, check=False, timeout=110)
        assert done.returncode == 0, done.stderr
        if not folder.is_dir():
            shutil.copytree(half, f"{half}-whole")
            try:
                Path(f"{half}-whole").rename(folder)
            except OSError:
                shutil.rmtree(f"{half}-whole")
    return folder


@contextmanager
def running(*, loa, slug):
    """Let the provider answer on a port of its own, with one client; yield its issuer."""
    port = doors.next_free(random.randrange(20_000, 30_000))
    back, left = [f"{loa}/desk/sign-in/back/{slug}/"], [f"{loa}/desk/sign-in/"]
    program = ["node", str(HERE / "server.mjs"), str(brought()), str(port), json.dumps(back), json.dumps(left)]
    with subprocess.Popen(program, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:
        try:
            assert process.stdout.readline().strip() == "ready"
            yield f"http://localhost:{port}"
        finally:
            process.kill()


def file_of(folder, *entries):
    """Write the operator's file for these providers; each is a slug and an issuer, and what else is said of it."""
    (folder / "client-secret").write_text(f"{SECRET}\n")
    common = {"client_id": CLIENT, "client_secret_file": "client-secret", "name_vi": "Cổng tỉnh", "name_en": "Portal"}
    file = folder / "providers.json"
    file.write_text(json.dumps([common | {"slug": slug, "issuer": issuer} | more for slug, issuer, more in entries]))
    return str(file)
