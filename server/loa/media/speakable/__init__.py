"""Written Vietnamese as it is read out."""

from loa.media.speakable.phrasing import Phrase, phrases
from loa.media.speakable.reading import spoken

__all__ = ["Phrase", "phrases", "spoken"]
