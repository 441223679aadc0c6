"""Written Vietnamese as it is read out."""

from loa.media.speakable.comparing import Piece, compared
from loa.media.speakable.dictionary import NO_WORDS, Lexicon, Word
from loa.media.speakable.phrasing import Phrase, phrases
from loa.media.speakable.reading import evened, spoken, word
from loa.media.speakable.unknown import unknown_words

__all__ = [
    "NO_WORDS",
    "Lexicon",
    "Phrase",
    "Piece",
    "Word",
    "compared",
    "evened",
    "phrases",
    "spoken",
    "unknown_words",
    "word",
]
