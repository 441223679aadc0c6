"""Making a release of the agent: packed the same way everywhere, signed by a key that signs nothing else."""

import io
import json
import os
import zipfile
from collections.abc import Sequence
from datetime import timedelta
from importlib.util import find_spec
from pathlib import Path

from joserfc.errors import JoseError
from joserfc.jwk import OKPKey

from loa.kernel import clock
from loa_protocol import canonical, release, signing
from loa_protocol.release import Release
from loa_protocol.signing import Purpose

AGENT = ("loa_agent", "loa_protocol")
PACKAGE, STATEMENT = "package.zip", "statement.jws"
_SOME_DAY = (1980, 1, 1, 0, 0, 0)
_PLAIN_FILE = 0o100644 << 16


def pack(packages: Sequence[Path]) -> bytes:
    """Return the archive of these packages, each a folder of Python files and what lies beside them.

    The same files give the same bytes, so that two people can compare digests.
    """
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for folder in sorted(packages):
            for file in sorted(folder.rglob("*")):
                name = file.relative_to(folder.parent)
                if not file.is_file() or "__pycache__" in name.parts:
                    continue
                entry = zipfile.ZipInfo(name.as_posix(), date_time=_SOME_DAY)
                entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, _PLAIN_FILE
                archive.writestr(entry, file.read_bytes())
    return out.getvalue()


def make_key(file: Path) -> str:
    """Write a new private key that only its owner can read; return its name. Raises `OSError` where one is."""
    key = signing.generate()
    handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w") as out:
        json.dump(key.as_dict(private=True), out)
    return signing.key_id(key)


def make(key_file: Path, folder: Path, *, floor: str, lasts: timedelta) -> Release:
    """Pack the agent that is installed here and sign it. Raises `OSError`, `ValueError`."""
    try:
        key = OKPKey.import_key(json.loads(key_file.read_text()))
    except JoseError as broken:
        raise ValueError(f"{key_file}: {broken}") from broken
    content, version, now = pack([_folder_of(name) for name in AGENT]), _version(), clock.now()
    found = Release(
        version=version,
        sha256=canonical.sha256(content),
        size_bytes=len(content),
        floor=floor or version,
        iat=int(now.timestamp()),
        exp=int((now + lasts).timestamp()),
    )
    if release.order(found.floor) > release.order(found.version):
        raise ValueError(f"{floor}: later than {version}")
    folder.mkdir(parents=True, exist_ok=True)
    (folder / PACKAGE).write_bytes(content)
    (folder / STATEMENT).write_bytes(signing.sign(found.claims(), key, Purpose.RELEASE) + b"\n")
    return found


def _folder_of(name: str) -> Path:
    spec = find_spec(name)
    if spec is None or spec.origin is None:
        raise ValueError(f"{name} is not installed here")
    return Path(spec.origin).parent


def _version() -> str:
    scope: dict[str, str] = {}
    exec((_folder_of("loa_agent") / "__init__.py").read_text(), scope)  # noqa: S102 - our own package, one line
    return scope["VERSION"]
