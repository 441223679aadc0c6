"""States, kinds and limits of devices, and the shapes of codes: pure."""

import hashlib
import hmac
import secrets
from collections.abc import Iterable
from datetime import timedelta
from enum import StrEnum


class Kind(StrEnum):
    """What a device is."""

    LOUDSPEAKER = "loudspeaker"
    BOARD = "board"
    GATEWAY = "gateway"


class State(StrEnum):
    """How far a device has come: known, holding keys, shut out."""

    REGISTERED = "registered"
    ENROLLED = "enrolled"
    REVOKED = "revoked"


class Lane(StrEnum):
    """What waits to be sent: urgent messages go before orders to one device."""

    NOW = "now"
    COMMAND = "command"


class LiveEnd(StrEnum):
    """Why live speech ended: its speaker ended it, nothing came from them any more, its time was up, it was stopped."""

    ENDED = "ended"
    LINE_LOST = "line_lost"
    LIMIT = "limit"
    STOPPED = "stopped"


LIVE_CHUNK_MS = 400
LIVE_LEAD = timedelta(milliseconds=1200)
"""How long after its arrival the first chunk sounds: what signing, the way to the devices and a poor line may take.

With the length of a chunk it is what lies between mouth and ear.
"""

LIVE_LOST_AFTER = timedelta(seconds=3)
"""How long nothing may come from a speaker before the line counts as lost."""

LIVE_BEGIN_WITHIN = timedelta(seconds=60)
"""How long after the opening the first chunk may be waited for."""

RELAY_LOST_AFTER = timedelta(seconds=30)
"""How long nothing may come of a relay: time for another process to go on with it."""

RELAY_SPEAKER = "relay"
"""Who speaks in a relay: none of our people."""

LIVE_SAY_AGAIN = timedelta(seconds=5)
"""How often an opening is said again for devices that come on line meanwhile."""

CODE_LIFETIME = timedelta(minutes=30)
COMMAND_LIFETIME = timedelta(minutes=10)
SILENT_AFTER = timedelta(minutes=3)
"""A device that said nothing for so long counts as off line, whatever the broker believes."""

SILENCE_HOLDS = timedelta(minutes=10)
"""How long an urgent silence lasts by itself: by then the configuration of every device on line says it."""

SILENCE_NAMES_MOST = 2_000
"""How many devices one silence may name; more are silenced by their unit."""

SAME_WITHIN = timedelta(seconds=30)
"""Who gives the same order again so soon meant it once: a finger that slipped, or a line that was slow."""

REASON_LONGEST = 500

OWN_DRIVER = "loa"
"""The driver of a device that runs our own agent."""

SAID = "said"
"""The reason of evidence that a device of another maker claims and nothing measured."""

FED = "fed"
"""The reason of evidence that a gateway fed its chain while its monitor measured nothing, or too seldom."""

ASK_NOT_BEFORE = timedelta(seconds=2)
"""How soon after it has asked a device of another maker may ask again."""

SECRET_LONGEST = 200
SAID_BYTES_MOST = 512 * 1024
SAID_AHEAD = timedelta(days=1)
SAID_BEHIND = timedelta(days=400)
"""How far a device's word of when it played may lie from our clock and still be kept."""

GUESSES_WINDOW = timedelta(minutes=10)
GUESSES_MOST = 20
"""How many wrong codes one origin may send within the window."""

NAME_LONGEST = 120
AREA_LONGEST = 160
DRIVER_LONGEST = 32

_ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
_CODE_LETTERS = 12


def new_code() -> str:
    """Return a one-time code for a person to type: three groups of four letters, 58 bits."""
    letters = "".join(secrets.choice(_ALPHABET) for _ in range(_CODE_LETTERS))
    return "-".join(letters[start : start + 4] for start in range(0, _CODE_LETTERS, 4))


def code_digest(code: str, *, secret: str) -> str:
    """Return what is stored of a code. Case, spaces and hyphens do not matter."""
    letters = "".join(letter for letter in code.upper() if letter in _ALPHABET)
    return hmac.digest(secret.encode(), b"loa/1/enrol/" + letters.encode(), hashlib.sha256).hex()


def new_credential() -> str:
    """Return a device's MQTT password: 32 random bytes as base64url."""
    return secrets.token_urlsafe(32)


def credential_digest(credential: str) -> str:
    """Return what is stored of a credential. It is random, so one round of SHA-256 is enough."""
    return hashlib.sha256(credential.encode("utf-8", "replace")).hexdigest()


def is_credential(credential: str, *, digest: str) -> bool:
    """Tell in constant time whether a credential has this digest; an empty digest fits none."""
    return bool(digest) and hmac.compare_digest(credential_digest(credential), digest)


def ranges(numbers: Iterable[int]) -> list[tuple[int, int]]:
    """Return closed ranges that hold exactly these numbers, rising."""
    found: list[tuple[int, int]] = []
    for number in sorted(set(numbers)):
        if found and found[-1][1] == number - 1:
            found[-1] = (found[-1][0], number)
        else:
            found.append((number, number))
    return found
