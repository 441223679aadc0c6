"""Taking over a release on a real device: fetched, unpacked beside what runs, tried when nothing is disturbed.

What runs is never touched. A release that does not prove itself in time makes room for the former one by itself.
"""

import asyncio
import logging
import os
import signal
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import loa_agent
from loa_agent import choice, launcher, package
from loa_agent.choice import Choice
from loa_agent.core import Core
from loa_agent.effects import Fetch, Install, Material, Spurn
from loa_agent.home import Home
from loa_agent.library import Library
from loa_agent.proving import sounds
from loa_agent.software import Software
from loa_protocol.refusal import Reason, Refused
from loa_protocol.release import Release, Step

logger = logging.getLogger("loa_agent")

LOOK_S = 1.0
DISK_AGAIN_S = 600.0
MARGIN = 0.1
"""An agent gives up so much of the time sooner than the alarm of its launcher would: it can say why."""

Do = Callable[[Callable[[datetime], None]], None]


@dataclass(frozen=True, slots=True)
class Ready:
    """A release that lies unpacked beside what runs."""

    statement: str
    folder: Path


class Updater:
    """Make it before the core; then `attach`, and run `prove` and `watch` as tasks."""

    def __init__(self, home: Home, *, probe: Sequence[str]) -> None:
        """Read what runs. `probe` are the words after `test --silent` that find out whether sound can come out."""
        self._home, self._probe = home.folder, probe
        self._choice = choice.read(self._home)
        self._runs = os.environ.get(launcher.STATEMENT) or None
        self._wanted: Install | None = None
        self._ready: Ready | None = None

    @property
    def on_trial(self) -> bool:
        """Tell whether what runs has still to prove itself."""
        return self._choice.trial is not None and self._choice.trial.statement == self._runs

    @property
    def software(self) -> Software:
        """Return what a core says of it."""
        found = self._choice
        step = Step(found.step) if found.step in set(Step) else None
        return Software(release=self._runs, tried=found.tried, step=step, why=found.why, bad=frozenset(found.bad))

    def attach(
        self, core: Core, library: Library, *, do: Do, now: Callable[[], datetime], restart: Callable[[], None]
    ) -> None:
        """Take the core, the media and what works with them."""
        self._core, self._library, self._do, self._now, self._restart = core, library, do, now, restart

    def perform(self, effect: Install | Spurn) -> None:
        """Begin to take over a release, or note that it is never to be tried."""
        if isinstance(effect, Spurn):
            self._keep(self._choice.without(effect.statement, "refused", effect.why))
            return
        found = effect.release
        self._wanted, self._ready = effect, None
        folder = self._home / choice.FOLDER / package.folder_of(found)
        if folder.is_dir():  # unpacked before a restart
            self._ready = Ready(effect.statement, folder)
            return
        self._keep(self._choice.told(effect.statement, "waiting", "package"))
        self._library.want(Fetch(material=Material.PACKAGE, sha256=found.sha256, size_bytes=found.size_bytes))

    def bad(self, wanted: Fetch, reason: Reason) -> None:
        """Note that what was served as a package is something else; it is fetched again, and never unpacked."""
        if self._wanted is not None and wanted.sha256 == self._wanted.release.sha256:
            self._keep(self._choice.told(self._wanted.statement, "waiting", reason.value))

    async def unpack(self, sha256: str) -> None:
        """Lay a package that is here, whole and of the digest that was signed, beside what runs."""
        wanted = self._wanted
        if wanted is None or wanted.release.sha256 != sha256:
            return
        while self._wanted is wanted:
            try:
                folder = await asyncio.to_thread(self._unpacked, wanted.release)
            except Refused as refused:
                logger.warning("release %s refused: %s", wanted.release.version, refused)
                self._keep(self._choice.without(wanted.statement, "refused", refused.reason.value))
                return
            except package.NoRoom as full:
                logger.warning("release %s must wait: %s", wanted.release.version, full)
                self._keep(self._choice.told(wanted.statement, "waiting", "disk_full"))
                await asyncio.sleep(DISK_AGAIN_S)
            else:
                self._ready = Ready(wanted.statement, folder)
                self._keep(self._choice.told(wanted.statement, "waiting", "quiet"))
                return

    def _unpacked(self, found: Release) -> Path:
        place = self._library.place(found.sha256)
        folder = package.unpack(place, found, home=self._home)
        place.unlink(missing_ok=True)
        return folder

    async def watch(self) -> None:
        """Change over when nothing sounds, nothing is about to, and the line to the server is there."""
        while True:
            await asyncio.sleep(LOOK_S)
            ready = self._ready
            if ready is None or self.on_trial or not self._core.connected:
                continue
            changing = self._core.changing
            if changing.is_still_wanted(ready.statement) and changing.is_at_rest(self._now()):
                logger.warning("release %s is tried from now on", ready.folder.name)
                if self._keep(self._choice.on_trial(ready.folder.name, ready.statement)):
                    self._restart()

    async def prove(self) -> None:
        """Prove that this release works, or go back to the former one."""
        if not self.on_trial:
            return
        clock = asyncio.get_running_loop().time
        # what the launcher's alarm leaves: on a slow machine the start alone took seconds of it
        left_s = signal.getitimer(signal.ITIMER_REAL)[0] or launcher.prove_s()
        ends = clock() + left_s - launcher.prove_s() * MARGIN
        why = await self._why_not(ends)
        while why and clock() < ends:
            await asyncio.sleep(LOOK_S / 4)
            why = await self._why_not(ends)
        if why:
            logger.error("this release does not prove itself: %s; the former one runs again", why)
            self._keep(self._choice.returned(why))
            self._restart()
        elif self._keep(self._choice.proved()):
            signal.alarm(0)
            logger.warning("release %s has proved itself", loa_agent.VERSION)
            self._do(lambda _now: self._core.changing.proved())
            await asyncio.to_thread(package.tidy, self._home)

    async def _why_not(self, ends: float) -> str:
        run = self._choice.run or ""
        if run.rpartition("-")[0] != loa_agent.VERSION:
            return "wrong_version"
        if not self._core.connected:
            return "not_connected"
        if not self._core.changing.follows_what_was_told():
            return "no_plan"
        left_s = max(0.1, ends - asyncio.get_running_loop().time())
        return "" if await sounds(self._probe, within_s=left_s) else "no_sound"

    def _keep(self, found: Choice) -> bool:
        """Keep what is chosen and say so; False if the disk does not take it: then it has not happened."""
        try:
            choice.write(self._home, found)
        except OSError as full:
            logger.warning("what became of a release cannot be kept: %s", full)
            return False
        self._choice = found
        self._do(lambda now: self._core.tell_software(self.software, now))
        return True
