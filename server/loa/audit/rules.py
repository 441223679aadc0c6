"""How entries are chained."""

import hashlib
import json
from collections.abc import Mapping

GENESIS = "0" * 64


def digest(previous: str, facts: Mapping[str, object]) -> str:
    """Return the hex SHA-256 over the previous digest and the canonical JSON of an entry's facts."""
    body = json.dumps(facts, sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=str)
    return hashlib.sha256(f"{previous}\n{body}".encode("utf-8", "backslashreplace")).hexdigest()
