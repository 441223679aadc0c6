"""Remembering what was heard, so that nothing old comes back."""

from dataclasses import dataclass

from loa_protocol import limits
from loa_protocol.refusal import Reason, Refused

_MASK = (1 << limits.REPLAY_WINDOW) - 1


@dataclass(slots=True)
class Window:
    """A sliding window over rising numbers, as in RFC 4303 3.4.3.

    Several bridges may publish at once, so a newer message can overtake an older one. Within the window
    the older one is still taken, once; behind it, it is refused. Bit n of `bits` says that `highest - n` was here.
    """

    highest: int = 0
    bits: int = 0

    def admit(self, seq: int) -> None:
        """Remember `seq`, or raise `Refused` when it was here before or is too old."""
        ahead = seq - self.highest
        if ahead > 0:
            self.bits = (self.bits << ahead | 1) & _MASK if ahead < limits.REPLAY_WINDOW else 1
            self.highest = seq
            return
        if ahead <= -limits.REPLAY_WINDOW:
            raise Refused(Reason.ROLLED_BACK, str(seq))
        mark = 1 << -ahead
        if self.bits & mark:
            raise Refused(Reason.REPLAYED, str(seq))
        self.bits |= mark
