"""Digests by which renditions know their source, editors what they saw, and approvals what they cover."""

import hashlib
import json
from collections.abc import Iterable

from loa.bulletins.rules.renditions import RECIPE, Source, Words


def source_sha256(source: Source) -> str:
    """Return the digest by which a rendition knows the words it was made of."""
    return _sha256(
        {
            "abstract": source.abstract,
            "language": source.language,
            "recipe": RECIPE,
            "text": source.text,
            "title": source.title,
            "unit": source.unit_name,
        }
    )


def words_sha256(words: Words) -> str:
    """Return the digest of what one form says: it tells an editor whether somebody else was faster."""
    return _sha256({"body": words.body, "form": words.form.value, "title": words.title})


def renditions_sha256(kept: Iterable[Words]) -> str:
    """Return the digest under which an approval covers every form: SHA-256, in hex, of canonical JSON."""
    told = sorted((words.form.value, words.title, words.body) for words in kept)
    return _sha256([list(one) for one in told])


def _sha256(told: object) -> str:
    canonical = json.dumps(told, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()
