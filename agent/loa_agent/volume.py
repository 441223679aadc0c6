"""How loud a device sounds: what was asked for or ordered, within the ceilings of its plan for that moment."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from loa_agent.effects import Adjust, Arm, Tune
from loa_protocol import loudness
from loa_protocol.plan import Ceiling, Plan, Priority

if TYPE_CHECKING:
    from loa_agent.stage import Stage

AHEAD = timedelta(seconds=7)
"""So long before a ceiling begins live sound is down to it: longer than from one look of the stage to the next, and
what was handed to an output by then sounds before it as well."""


@dataclass(slots=True)
class Volume:
    """The volume that was ordered, and the ceilings that bind it. All times are the judged time of the core."""

    ordered_pct: int = 80
    ceilings: Sequence[Ceiling] = ()
    zone: str = "UTC"

    def heed(self, plan: Plan | None) -> None:
        """Keep to the ceilings of a plan; without one those of the last still hold."""
        if plan is not None:
            self.ceilings, self.zone = plan.ceilings, plan.zone

    def of(self, turn: Arm | Tune, now: datetime) -> int:
        """Return at how many percent a turn may sound from `now` on.

        A clip keeps one volume from its start to its end, the lowest of all ceilings it touches. Live sound has no end
        that is known: it follows the ceilings as they begin and end.
        """
        if isinstance(turn, Tune):
            start_at = max(now, turn.at)
            end_at, asked, is_alert = min(start_at + AHEAD, turn.opening.end_at), None, turn.opening.emergency
        else:
            airing, start_at = turn.airing, turn.at
            end_at = start_at + max(timedelta(), airing.duration - turn.position)
            asked, is_alert = airing.volume_pct, airing.priority >= Priority.ALERT
        wished = loudness.unasked_pct(self.ordered_pct, is_alert=is_alert) if asked is None else asked
        most = loudness.most_pct(self.ceilings, start_at, end_at, is_alert=is_alert, zone=self.zone)
        return wished if most is None else min(wished, most)

    def adjust(self, stage: "Stage", now: datetime) -> None:
        """Bring what sounds on a stage, and what is prepared there, to the volume of this moment."""
        armed, turn = stage.armed, stage.turn
        if armed is not None and (volume := self.of(armed, now)) != armed.volume_pct:
            stage.armed = replace(armed, volume_pct=volume)
            stage.effects.append(Adjust(airing=armed.id, volume_pct=volume))
        if turn is None or turn.id != stage.playing or (volume := self.of(turn, now)) == turn.volume_pct:
            return
        stage.turn = replace(turn, volume_pct=volume)
        stage.effects.append(Adjust(airing=turn.id, volume_pct=volume))
        speech, mark = stage.speeches.open.get(turn.id), stage.marks.get(turn.id)
        if speech is not None:
            speech.volume_pct = louder(volume, speech.volume_pct)
        elif mark is not None:
            stage.note(turn.id, replace(mark, volume_pct=louder(volume, mark.volume_pct)))


def louder(volume_pct: int, before_pct: int | None) -> int:
    """Return the louder of a volume and the one before it: evidence tells the loudest at which anything sounded."""
    return volume_pct if before_pct is None else max(volume_pct, before_pct)
