"""Why a stream gives nothing."""

from enum import StrEnum


class Fault(StrEnum):
    """What went wrong, as `dispatch.remarks.DETAILS` has words for it."""

    UNREACHABLE = "unreachable"
    REFUSED = "refused"
    ADDRESS = "address"
    PLAYLIST = "playlist"
    NOT_SOUND = "not_sound"
    TOO_LARGE = "too_large"
    ENDED = "ended"


class StreamBroken(Exception):
    """The stream cannot be followed any further; another try may succeed."""

    def __init__(self, fault: Fault) -> None:
        """Say why."""
        super().__init__(fault.value)
        self.fault = fault
