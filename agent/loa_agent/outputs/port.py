"""The port of outputs, and the one that swallows everything."""

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


class OutputBroken(Exception):
    """The output cannot take sound."""


class Voice(Protocol):
    """One airing on one output. Samples are 48 kHz mono, -1 to 1, and come at the pace they sound, a little ahead."""

    def write(self, samples: "NDArray[np.float32]") -> None:
        """Take the next samples. Raises `OutputBroken`."""

    def close(self, *, whole: bool) -> None:
        """End; `whole` says that the sound came to its own end."""


class Output(Protocol):
    """Something that sounds."""

    name: str

    def voice(self, airing: str, *, started: str) -> Voice:
        """Prepare for one airing; nothing sounds before the first `write`. Raises `OutputBroken`."""


class NullOutput:
    """Takes everything and sounds nowhere."""

    name = "null"

    def voice(self, airing: str, *, started: str) -> "NullVoice":  # noqa: ARG002 - the port's signature
        """Return a voice nobody hears."""
        return NullVoice()


class NullVoice:
    """A voice nobody hears."""

    def write(self, samples: "NDArray[np.float32]") -> None:
        """Swallow samples."""

    def close(self, *, whole: bool) -> None:
        """End."""
