"""What an operator does about software for devices."""

import json
import shutil
import sys
import tempfile
from pathlib import Path

from loa.box.saying import Refused, step
from loa.devices import commands, keys
from loa.kernel import clock
from loa.kernel import scope as scopes
from loa.kernel.errors import DomainError
from loa.orgs import queries as orgs


def vouch(file: Path) -> None:
    """Let devices believe a key for releases."""
    try:
        known = json.loads(file.read_text())
        public = {name: known[name] for name in ("kty", "crv", "x")}
        kid = keys.vouch_for_releases(public, now=clock.now())
    except (OSError, ValueError, KeyError, TypeError) as broken:
        raise Refused("%(why)s", why=broken) from broken
    except DomainError as refusal:
        raise Refused("%(why)s", why=refusal) from refusal
    sys.stdout.write(f"{kid}\n")
    step("Devices believe releases signed by this key as soon as they have the new list of keys")


def withdraw_key(kid: str) -> None:
    """Let devices believe a key for releases no more."""
    try:
        found = keys.withdraw_release_key(kid, now=clock.now())
    except DomainError as refusal:
        raise Refused("%(why)s", why=refusal) from refusal
    if not found:
        raise Refused("No key for releases is called %(key)s.", key=kid)
    step("Devices believe this key no more as soon as they have the new list of keys")


def take(statement: Path, package: Path, *, unit: str) -> None:
    """Take a release in."""
    scope = scopes.system("operator")
    units = orgs.units(scope)
    found = list(units.filter(code=unit) if unit else units.filter(parent=None, closed_on=None))
    if len(found) != 1:
        raise Refused("Name the unit by its code: --unit CODE.")
    with tempfile.TemporaryDirectory() as folder:
        try:
            copy = Path(shutil.copy(package, folder))
            made = commands.take_in(scope, found[0], statement=statement.read_bytes(), package=copy, now=clock.now())
        except OSError as missing:
            raise Refused("%(why)s", why=missing) from missing
        except DomainError as refusal:
            raise Refused("%(why)s", why=refusal) from refusal
    step("Release %(version)s is taken in; somebody confirms it on the page", version=made.version)
