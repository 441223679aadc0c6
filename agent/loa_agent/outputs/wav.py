"""The output that writes what would sound: one WAV file an airing."""

import contextlib
import os
import shutil
import wave
from pathlib import Path
from typing import TYPE_CHECKING

from loa_agent import sound
from loa_agent.outputs.port import OutputBroken

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

KEPT = 200
"""So many recordings stay; the oldest make room."""


class WavOutput:
    """Writes `<start>_<airing>.wav` into a folder, and the first whole one to `first` as well."""

    name = "wav"

    def __init__(self, folder: Path, *, first: Path | None = None) -> None:
        """Make the folder."""
        folder.mkdir(parents=True, exist_ok=True)
        self._folder, self._first = folder, first

    def voice(self, airing: str, *, started: str) -> "WavVoice":
        """Return the file of one airing."""
        names = sorted(self._folder.glob("*.wav"))
        for old in names[: max(0, len(names) - KEPT + 1)]:
            old.unlink(missing_ok=True)
        safe = "".join(letter if letter.isalnum() or letter == "-" else "_" for letter in airing)
        return WavVoice(self._folder / f"{started}_{safe}.wav", first=self._first)


class WavVoice:
    """One file; it takes its name when it is complete."""

    def __init__(self, path: Path, *, first: Path | None) -> None:
        """Open it."""
        self._path, self._first = path, first
        self._part = path.with_suffix(".part")
        try:
            self._raw = self._part.open("wb")
        except OSError as broken:
            raise OutputBroken(f"{self._part} cannot be written: {broken}") from broken
        self._file: wave.Wave_write = wave.open(self._raw, "wb")  # noqa: SIM115 - closed in `close`
        self._file.setnchannels(1)
        self._file.setsampwidth(2)
        self._file.setframerate(sound.RATE_HZ)

    def write(self, samples: "NDArray[np.float32]") -> None:
        """Append samples as 16 bit."""
        try:
            self._file.writeframesraw((samples * 32_767.0).astype("<i2").tobytes())
        except OSError as broken:
            raise OutputBroken(f"{self._part} cannot be written: {broken}") from broken

    def close(self, *, whole: bool) -> None:
        """Complete the header and give the file its name."""
        empty = self._file.getnframes() == 0
        with contextlib.suppress(OSError):
            self._file.close()
            self._raw.close()
        if empty:
            self._part.unlink(missing_ok=True)
            return
        self._part.replace(self._path)
        if whole and self._first is not None and not self._first.exists():
            beside = self._first.with_name(f".{self._first.name}.{os.getpid()}")
            shutil.copyfile(self._path, beside)
            beside.replace(self._first)
