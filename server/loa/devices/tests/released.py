"""Releases under test: signed by a key that the box's root vouches for."""

import tempfile
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from loa.devices import commands, keys, packing
from loa.kernel import clock
from loa.kernel.scope import Actor, ActorKind, system
from loa_protocol import canonical, release, signing
from loa_protocol.signing import Purpose

KEY = signing.generate()


def second_person():
    """Return somebody else than whoever took a release in, whom every place lets confirm."""
    return replace(system("test"), actor=Actor(kind=ActorKind.SYSTEM, id="second", name="Người thứ hai"))


def package(text="VERSION = '0.2.0'\n"):
    """Return a package that could be one."""
    with tempfile.TemporaryDirectory() as folder:
        agent = Path(folder) / "loa_agent"
        agent.mkdir()
        (agent / "__init__.py").write_text(text)
        (agent / "__main__.py").write_text("")
        return packing.pack([agent])


def statement(content, *, version="0.2.0", floor="0.1", key=KEY, now=None, **changes):
    """Return what a key says of a package."""
    issued = int((now or clock.now()).timestamp())
    found = release.Release(
        version=version, sha256=canonical.sha256(content), size_bytes=len(content), floor=floor,
        iat=issued, exp=issued + 86_400 * 30,
    )  # fmt: skip
    return signing.sign({**found.claims(), **changes}, key, Purpose.RELEASE)


def take(scope, unit, content, token, *, now):
    """Take a release in."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "package.zip"
        file.write_bytes(content)
        return commands.take_in(scope, unit, statement=token, package=file, now=now)


def make_release(scope, unit, *, version="0.2.0", now=None):
    """Return a release that was taken in and waits for a second person."""
    now = now or clock.now()
    keys.ensure_box_keys(now=now)
    keys.vouch_for_releases(KEY.as_dict(private=False), now=now)
    content = package(f"VERSION = '{version}'\n")
    return take(scope, unit, content, statement(content, version=version, now=now), now=now)


def send_out(scope, unit, made, *, now, **pace):
    """Begin to send a release out."""
    usual = {"wait": timedelta(minutes=10), "failures_most_pct": 5, "silent_after": timedelta(minutes=30)}
    return commands.roll_out(scope, unit, release=made, **{**usual, **pace}, now=now)
