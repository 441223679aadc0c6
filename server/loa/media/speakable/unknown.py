"""Words no rule and no dictionary knows: capitals that would be spelled, foreign words read as they stand."""

from collections import Counter
from collections.abc import Iterable

from loa.media.speakable import reading, words
from loa.media.speakable.codes import drop_net
from loa.media.speakable.dictionary import Lexicon


def unknown_words(texts: Iterable[str], *, lexicon: Lexicon) -> list[tuple[str, int]]:
    """Return the words of these texts that nothing knows, each with how often it stands there, the commonest first."""
    found: Counter[str] = Counter()
    for text in texts:
        rest, _said = lexicon.marked(drop_net(reading.evened(text)))
        rest = reading.undecorated(rest)
        for read in reading.STEPS[:-2]:
            rest = read(rest)
        found.update(words.unknown(rest))
    return sorted(found.items(), key=lambda each: (-each[1], each[0]))
