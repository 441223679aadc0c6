"""Words a unit wants read in its own way: longest first, whole words only, each taken once."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

FIRST_MARK = 0xF0000
"""Where the marks begin that stand for words already read: private letters, which no text keeps."""
WRITTEN_LONGEST, SPOKEN_LONGEST = 80, 200
WORDS_MOST = 3_000
_MOST = 60_000
_WORDS_ONLY = re.compile(r"[^\W\d_]+(?:[ ,\-]{1,2}[^\W\d_]+)*")
_TOKEN = re.compile(r"\w+|[^\w\s]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """What is written, and what is read for it. With `is_exact_case` only this use of capitals is meant."""

    written: str
    spoken: str
    is_exact_case: bool = False


class Lexicon:
    """Words by their beginning. Of two for the same writing the one told first holds: tell the nearest unit's first."""

    def __init__(self, words: Iterable[Word]) -> None:
        """Take the words, in the form of `evened` text."""
        self._words: dict[str, list[Word]] = {}
        told: set[str] = set()
        for word in words:
            first = _TOKEN.match(word.written)
            key = word.written if word.is_exact_case else word.written.casefold()
            if first is None or key in told:
                continue
            told.add(key)
            self._words.setdefault(first[0].casefold(), []).append(word)
        for listed in self._words.values():
            listed.sort(key=lambda word: (-len(word.written), not word.is_exact_case))

    def marked(self, text: str) -> tuple[str, list[str]]:
        """Return text in which a mark stands for each word found, and what is read for each mark.

        What is read is never looked at again: words cannot call each other, and no rule changes them.
        """
        pieces: list[str] = []
        marks: dict[str, int] = {}
        place = 0
        for token in _TOKEN.finditer(text):
            if token.start() < place or len(marks) >= _MOST:
                continue
            word = self._at(text, token)
            if word is None:
                continue
            mark = chr(FIRST_MARK + marks.setdefault(word.spoken, len(marks)))
            pieces += [text[place : token.start()], " ", mark, " "]
            place = token.start() + len(word.written)
        return "".join([*pieces, text[place:]]), list(marks)

    def _at(self, text: str, token: re.Match[str]) -> Word | None:
        for word in self._words.get(token[0].casefold(), ()):
            end = token.start() + len(word.written)
            found = text[token.start() : end]
            is_same = found == word.written if word.is_exact_case else found.casefold() == word.written.casefold()
            if is_same and not _goes_on(found[-1:], text[end : end + 1]):
                return word
        return None


NO_WORDS = Lexicon(())


def is_fit_writing(written: str) -> bool:
    """Tell whether this can be a word of a dictionary: some sign that is read, not too long."""
    return 0 < len(written) <= WRITTEN_LONGEST and re.search(r"\w", written) is not None


def is_fit_speech(spoken: str) -> bool:
    """Tell whether these are words alone: letters, with spaces, commas or hyphens between; numbers in words."""
    return len(spoken) <= SPOKEN_LONGEST and _WORDS_ONLY.fullmatch(spoken) is not None


def unmarked(text: str, said: list[str]) -> str:
    """Return text with what is read in the place of each mark."""
    return re.sub(rf"[{chr(FIRST_MARK)}-{chr(FIRST_MARK + _MOST)}]", lambda mark: said[ord(mark[0]) - FIRST_MARK], text)


def _goes_on(last: str, following: str) -> bool:
    """Tell whether a word goes on past its end: with a letter, a digit or an accent."""
    if unicodedata.combining(following or " "):
        return True
    return bool(re.fullmatch(r"\w\w", last + following))
