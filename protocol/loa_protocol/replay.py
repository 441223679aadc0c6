"""Remembering what was heard, so that nothing old comes back."""

from dataclasses import dataclass, field

from loa_protocol import limits
from loa_protocol.refusal import Reason, Refused


@dataclass(slots=True)
class Window:
    """A sliding window over rising numbers, as in RFC 4303 3.4.3.

    Several bridges may publish at once, so a newer message can overtake an older one. Within the window
    the older one is still taken, once; behind it, it is refused.
    """

    highest: int = 0
    seen: set[int] = field(default_factory=set)

    def admit(self, seq: int) -> None:
        """Remember `seq`, or raise `Refused` when it was here before or is too old."""
        if seq <= self.highest - limits.REPLAY_WINDOW:
            raise Refused(Reason.ROLLED_BACK, str(seq))
        if seq in self.seen:
            raise Refused(Reason.REPLAYED, str(seq))
        self.seen.add(seq)
        if seq > self.highest:
            self.highest = seq
            floor = seq - limits.REPLAY_WINDOW
            self.seen = {known for known in self.seen if known > floor}
