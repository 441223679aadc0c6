"""Whether a release may be taken in: signed by a key for releases, whole, in time, and not older than what runs."""

import hashlib
import zipfile
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from loa.devices import keys, release_refusals
from loa.devices.models import Device, Release
from loa.orgs import queries as orgs
from loa.orgs.models import Unit
from loa_protocol import release
from loa_protocol.keys import KeyRing
from loa_protocol.refusal import Reason, Refused
from loa_protocol.release import Step
from loa_protocol.signing import Purpose

_KIND: Mapping[Reason, type[release_refusals.BadRelease]] = {
    Reason.MALFORMED: release_refusals.DamagedRelease,
    Reason.DIGEST_MISMATCH: release_refusals.DamagedRelease,
    Reason.TOO_LARGE: release_refusals.DamagedRelease,
    Reason.EXPIRED: release_refusals.ReleaseNotInTime,
    Reason.NOT_YET: release_refusals.ReleaseNotInTime,
    Reason.KEY_NOT_VALID_NOW: release_refusals.ReleaseNotInTime,
}
"""What a reason is to a person; whatever else is wrong with a signature is a forgery."""


def verified(token: bytes, package: Path, *, now: datetime) -> release.Release:
    """Return what a statement says of a package, as a device would have it. Raises a kind of `BadRelease`."""
    if len(token) > release.STATEMENT_MAX_BYTES:
        raise _refusal(Reason.TOO_LARGE)
    ring = KeyRing(root=keys.root_public())
    try:
        ring.learn(keys.key_list())
        found = release.Release.read(ring.open(token, Purpose.RELEASE, now))
    except Refused as refused:
        raise _refusal(refused.reason) from refused
    if package.stat().st_size != found.size_bytes or _digest(package) != found.sha256:
        raise _refusal(Reason.DIGEST_MISMATCH)
    try:
        with zipfile.ZipFile(package) as archive:
            archive.getinfo("loa_agent/__main__.py")
    except (zipfile.BadZipFile, KeyError, ValueError) as odd:
        raise _refusal(Reason.MALFORMED) from odd
    return found


def demand_not_below_floor(found: release.Release, unit: Unit) -> None:
    """Raise `OlderRelease` when devices below a unit run a release that lets nothing so old come back."""
    proved = Device.objects.unscoped("the command checked the right").filter(
        orgs.inside(unit, "unit__path"), release_step=Step.PROVED.value
    )
    running = Release.objects.unscoped("as above").filter(statement__in=proved.order_by().values("runs_release"))
    floors = running.order_by().values_list("floor", flat=True).distinct()
    highest = max(floors, key=release.order, default=None)
    if highest is not None and release.order(found.version) < release.order(highest):
        raise release_refusals.OlderRelease(problem="rolled_back", version=found.version, floor=highest)


def _digest(package: Path) -> str:
    with package.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()


def _refusal(reason: Reason) -> release_refusals.BadRelease:
    return _KIND.get(reason, release_refusals.ForgedRelease)(problem=reason.value)
