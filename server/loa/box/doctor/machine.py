"""Checks of the machine: scanner, backups, clock, disk, account, packages."""

import ctypes
import os
import re
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from importlib import metadata
from pathlib import Path

from loa.box import backup
from loa.box.doctor.register import Facts, Found, Severity, check
from loa.box.saying import gettext_noop
from loa.devices import queries as devices
from loa.media import scanning

_BACKUP_OLDEST = timedelta(days=2)
_SIGNATURES_OLDEST = timedelta(days=7)
_FREE_LEAST = 0.1
_FREE_LEAST_BYTES = 2 * 1024**3
_TIME_ERROR = 5
_SIGNED_ON = re.compile(r"/\d+/(\w{3} \w{3} +\d+ [\d:]+ \d{4})")
_LOCKED = re.compile(r"^([A-Za-z0-9._-]+)==([^ ;\\]+)", re.MULTILINE)


@check(
    "scan_off",
    Severity.RISKY,
    means=gettext_noop("Files that people send are stored and handed out without a search for malicious software."),
    cure=gettext_noop("Install ClamAV and set LOA_CLAMAV (docs/how-to/malware-scan.md)."),
    covers=("LOA_SCAN", "LOA_CLAMAV"),
)
def scan_off(facts: Facts) -> Iterator[Found]:
    """Find uploads that nobody searches."""
    if facts.settings.LOA_SCAN == scanning.Demand.OFF:
        yield Found(gettext_noop("LOA_SCAN is off."))
    elif not facts.settings.LOA_CLAMAV:
        yield Found(gettext_noop("LOA_CLAMAV names no scanner."))
    elif facts.settings.LOA_SCAN != scanning.Demand.REQUIRED:
        yield Found(gettext_noop("LOA_SCAN lets files pass when the scanner is away."))


@check(
    "scanner_away",
    Severity.UNSAFE,
    means=gettext_noop("Where a search is required nothing can be sent in; elsewhere everything passes unsearched."),
    cure=gettext_noop("Start clamd, and let the account of Loa open its socket (adduser loa clamav)."),
)
def scanner_away(facts: Facts) -> Iterator[Found]:
    """Find a scanner that was named and does not answer."""
    if facts.settings.LOA_CLAMAV and facts.settings.LOA_SCAN != scanning.Demand.OFF and scanning.engine() is None:
        yield Found(gettext_noop("Nobody answers at %(address)s."), {"address": facts.settings.LOA_CLAMAV})


@check(
    "signatures_old",
    Severity.RISKY,
    means=gettext_noop("The scanner does not know what has been going round lately."),
    cure=gettext_noop("Let freshclam run, or bring signatures in by hand where there is no Internet."),
)
def signatures_old(facts: Facts) -> Iterator[Found]:
    """Find signatures of more than a week ago."""
    told = _SIGNED_ON.search(scanning.engine() or "")
    if told is None:
        return
    on = datetime.strptime(" ".join(told[1].split()), "%a %b %d %H:%M:%S %Y").replace(tzinfo=UTC)
    if facts.now - on > _SIGNATURES_OLDEST:
        yield Found(gettext_noop("The scanner's signatures are of %(on)s."), {"on": on.date().isoformat()})


@check(
    "backup_old",
    Severity.UNSAFE,
    means=gettext_noop("After a broken disk or a hostile hand there is nothing to go back to."),
    cure=gettext_noop("Run `loa backup` every night, keep copies elsewhere, and try a restore."),
)
def backup_old(facts: Facts) -> Iterator[Found]:
    """Find a state that nobody saves."""
    if not facts.is_reachable:
        return
    at = backup.made_at(facts.home)
    if at is None:
        yield Found(gettext_noop("No backup of this state was ever made with `loa backup`."))
    elif facts.now - at > _BACKUP_OLDEST:
        yield Found(gettext_noop("The last backup is %(days)s days old."), {"days": (facts.now - at).days})
    elif at - facts.now > timedelta(hours=1):
        yield Found(gettext_noop("The last backup is from the future: the clock was wrong then or is now."))


@check(
    "clock_adrift",
    Severity.RISKY,
    means=gettext_noop("Bulletins air at the wrong time, and codes and certificates fail."),
    cure=gettext_noop("Let chrony or systemd-timesyncd set the clock, from a server of the network if need be."),
)
def clock_adrift(facts: Facts) -> Iterator[Found]:
    """Find a clock that nothing sets, as the kernel tells it."""
    del facts
    if _clock_state() == _TIME_ERROR:
        yield Found(gettext_noop("The system's clock is not set by any time server."))


@check(
    "clock_disputed",
    Severity.UNSAFE,
    means=gettext_noop("Devices play nothing by plan until it is set right, and the record holds wrong times."),
    cure=gettext_noop("Compare this machine's clock with another's and set it; devices follow by themselves."),
    needs_database=True,
)
def clock_disputed(facts: Facts) -> Iterator[Found]:
    """Find a clock that most devices contradict."""
    health = devices.health(facts.now)
    if not health.clock_disputed:
        return
    told = {"count": max(health.clocks_ahead, health.clocks_behind), "connected": health.connected}
    if health.clocks_ahead > health.clocks_behind:
        yield Found(gettext_noop("For %(count)s of %(connected)s devices in contact it is later than here."), told)
    else:
        yield Found(gettext_noop("For %(count)s of %(connected)s devices in contact it is earlier than here."), told)


@check(
    "disk_full",
    Severity.RISKY,
    means=gettext_noop("Soon nothing can be recorded: no bulletin, no evidence, no entry of the record."),
    cure=gettext_noop("Make room, or move LOA_HOME to a larger disk."),
)
def disk_full(facts: Facts) -> Iterator[Found]:
    """Find a disk that is nearly full."""
    place = facts.home if facts.home.exists() else facts.home.parent
    if not place.exists():
        return
    disk = shutil.disk_usage(place)
    if disk.free < min(_FREE_LEAST * disk.total, 10 * _FREE_LEAST_BYTES) or disk.free < _FREE_LEAST_BYTES:
        yield Found(gettext_noop("%(free)s MB are free."), {"free": disk.free // 1_000_000})


@check(
    "runs_as_root",
    Severity.RISKY,
    means=gettext_noop("Whoever breaks into a process of Loa owns the machine."),
    cure=gettext_noop("Run Loa under an account of its own, as the units in deploy/systemd do."),
)
def runs_as_root(facts: Facts) -> Iterator[Found]:
    """Find Loa run by root."""
    if os.geteuid() == 0 and facts.is_reachable:
        yield Found(gettext_noop("This account is root."))


@check(
    "packages_differ",
    Severity.RISKY,
    means=gettext_noop("What runs is not what was checked: an old fix may be missing, or a package was exchanged."),
    cure=gettext_noop("Run ./loa once: it installs exactly what requirements/runtime.txt names."),
)
def packages_differ(facts: Facts) -> Iterator[Found]:
    """Find packages of another version than the locked one."""
    folder = Path(facts.settings.REPOSITORY) / "requirements"
    locks = [file for file in (folder / "runtime.txt", folder / "speech.txt") if file.is_file()]
    locked: dict[str, set[str]] = {}
    for name, version in (found for lock in locks for found in _LOCKED.findall(lock.read_text())):
        locked.setdefault(name, set()).add(_plain(version))
    for name, versions in locked.items():
        try:
            installed = metadata.version(name)
        except metadata.PackageNotFoundError:
            continue  # for another machine or Python: without one it needs the program would not have come this far
        if _plain(installed) not in versions:
            yield Found(gettext_noop("%(name)s is %(installed)s, not %(version)s."),
                        {"name": name, "installed": installed, "version": ", ".join(sorted(versions))})  # fmt: skip


@check(
    "log_talkative",
    Severity.RISKY,
    means=gettext_noop("Logs fill the disk and tell more than they should."),
    cure=gettext_noop("Take LOA_LOG_LEVEL out of the environment."),
    covers=("LOGGING",),
)
def log_talkative(facts: Facts) -> Iterator[Found]:
    """Find logs at the level of developers."""
    if facts.settings.LOGGING["root"]["level"] in {"DEBUG", "NOTSET"}:
        yield Found(gettext_noop("LOA_LOG_LEVEL is DEBUG."))


def _plain(version: str) -> str:
    """Return a version as locks write it: `1.002` is `1.2`."""
    return re.sub(r"(?<![0-9])0+(?=[0-9])", "", version)


def _clock_state() -> int:
    """Return what the kernel says of its clock: 5 when nothing sets it; 0 where it does not say."""
    room = ctypes.create_string_buffer(512)  # struct timex with all bits of `modes` off: only asked, nothing set
    try:
        return int(ctypes.CDLL(None).adjtimex(room))
    except (OSError, AttributeError):
        return 0
