"""Written Vietnamese as it is read out."""

from vietnormalizer import VietnameseNormalizer

from loa.kernel.text import stored

_normalizer = VietnameseNormalizer()


def spoken(text: str) -> str:
    """Return text as it will be read out."""
    return "\n".join(_normalizer.normalize(line) for line in stored(text).splitlines())
