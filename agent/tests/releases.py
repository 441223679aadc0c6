"""Releases under test: made from this agent, some of them changed for the worse, and somebody who keeps it running."""

import asyncio
import os
import shutil
import signal
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import loa_agent
import loa_protocol
from loa.devices import packing
from loa_protocol import canonical, keys, release, signing
from loa_protocol.signing import Purpose
from loa_protocol.topics import Up

from .box import Box

LAUNCHER = [sys.executable, "-c", "from loa_agent.launcher import main; raise SystemExit(main())"]
PACKAGES = [Path(loa_agent.__file__).parent, Path(loa_protocol.__file__).parent]


def package(folder, *, version, **changes):
    """Return the package of this agent under another version; `changes` replace files of it, by name without `.py`."""
    draft = folder / f"draft-{version}"
    for source in PACKAGES:
        shutil.copytree(source, draft / source.name, ignore=shutil.ignore_patterns("__pycache__"))
    (draft / "loa_agent" / "__init__.py").write_text(f'VERSION = "{version}"\n')
    for name, text in changes.items():
        (draft / "loa_agent" / f"{name}.py").write_text(text)
    content = packing.pack([draft / source.name for source in PACKAGES])
    shutil.rmtree(draft)
    return content


class ReleaseBox(Box):
    """A box with a key for releases, that can tell its device what to run."""

    def __init__(self):
        super().__init__()
        self.release_key = signing.generate()
        now = datetime.now(UTC)
        span = {"not_before": now - timedelta(days=1), "not_after": now + timedelta(days=30)}
        statements = [keys.vouch(self.root, self.key, **span)]
        for_releases = [keys.vouch_for_releases(self.root, self.release_key, **span)]
        self.key_list = keys.key_list(self.root, statements, revoked=[], seq=1, now=now, release_keys=for_releases)

    def offer(self, content, version, *, floor="0.0", key=None, served=None):
        """Tell the device to run a package; return the digest of its statement."""
        issued = int(datetime.now(UTC).timestamp())
        found = release.Release(
            version=version, sha256=canonical.sha256(content), size_bytes=len(content), floor=floor,
            iat=issued, exp=issued + 86_400,
        )  # fmt: skip
        self.files[found.sha256] = content if served is None else served
        self.release = self.put(signing.sign(found.claims(), key or self.release_key, Purpose.RELEASE))
        self.tell()
        return self.release

    @property
    def hello(self):
        """What the device said last of what it runs."""
        told = [document for _, kind, document in self.said if kind is Up.HELLO]
        return told[-1] if told else {}

    def steps(self, statement):
        """Return how far the device came with a release, in order, each once."""
        told = [d for _, kind, d in self.said if kind is Up.HELLO and d["tried"] == statement]
        return list(dict.fromkeys((d["step"], d["why"]) for d in told))


class Keeper:
    """Starts the agent again whenever it ends, as systemd does."""

    def __init__(self, home, *, prove_s=25.0, limits=None):
        self.home, self.limits, self.codes, self.process = home, limits, [], None
        self.env = {**os.environ, "LOA_LANG": "en", "LOA_AGENT_PROVE_S": str(prove_s)}
        self.is_over = False

    async def run(self):
        while not self.is_over:
            self.process = await asyncio.create_subprocess_exec(
                *LAUNCHER, "run", "--home", str(self.home), "--output", "null", env=self.env, preexec_fn=self.limits
            )
            self.codes.append(await self.process.wait())
            await asyncio.sleep(0.1)

    def kill(self):
        """Let the power go."""
        if self.process is not None and self.process.returncode is None:
            self.process.send_signal(signal.SIGKILL)

    async def stop(self, task):
        self.is_over = True
        if self.process is not None and self.process.returncode is None:
            self.process.send_signal(signal.SIGTERM)
        await asyncio.wait_for(task, 15)
