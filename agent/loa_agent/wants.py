"""What a device still has to fetch: documents its desired state names, and media of what it is to play."""

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from loa_agent.effects import Fetch, Material
from loa_protocol import canonical, limits
from loa_protocol.plan import PlannedAiring

if TYPE_CHECKING:
    from loa_agent.core import Core

DOCUMENT_MAX_BYTES = 8 * 1024 * 1024


class Wants:
    """Asks for files for a core."""

    __slots__ = ("_core", "_holds")

    def __init__(self, core: "Core", holds: Callable[[str], bool]) -> None:
        """Ask for this core; `holds` says whether a media file is here, whole and checked."""
        self._core, self._holds = core, holds

    def documents(self) -> None:
        """Ask for what the desired state names and is not here."""
        core, state = self._core, self._core.gate.state
        if state is None:
            return
        kept = core.store.recall("config")
        has = {
            Material.KEYS: (state.keys, canonical.sha256(core.trust.key_list)),
            Material.PLAN: (state.plan, core.plan_digest),
            Material.CONFIG: (state.config, None if kept is None else canonical.sha256(kept)),
        }
        for material, (wanted, held) in has.items():
            if wanted is not None and wanted != held:
                core.effects.append(Fetch(material=material, sha256=wanted, size_bytes=DOCUMENT_MAX_BYTES))
        core.changing.want()

    def media(self, airings: Iterable[PlannedAiring]) -> None:
        """Ask for the sound of these airings in the order it is needed, and note which lack some."""
        stage = self._core.stage
        wanted: dict[str, Fetch] = {}
        for airing in sorted(airings, key=lambda one: one.start_at):
            lacking = [clip for clip in airing.clips if not self._holds(clip.sha256)]
            if not lacking:
                stage.unready.discard(airing.id)
                continue
            stage.unready.add(airing.id)
            if not stage.is_over(airing.id):
                for clip in lacking:
                    size = min(clip.size_bytes, limits.CLIP_MAX_BYTES)
                    wanted.setdefault(
                        clip.sha256,
                        Fetch(material=Material.CLIP, sha256=clip.sha256, size_bytes=size, needed_at=airing.start_at),
                    )
        self._core.effects.extend(wanted.values())
