"""What a password must be, how long sign-in stays closed, and when a session ends."""

from collections.abc import Collection
from datetime import datetime, timedelta
from enum import StrEnum

from loa.kernel import text

PASSWORD_LENGTH_MIN = 10
PASSWORD_LENGTH_MAX = 128
USERNAME_LENGTH_MAX = 64

FAILURES_TO_CLOSE = 5
"""Failures with one name from one place."""
CLOSED_FIRST = timedelta(minutes=15)
CLOSED_MOST = timedelta(hours=4)

FREE_FAILURES = 20
"""An office stands behind one address: twenty people may mistype before any of them waits. So too for one name."""
WAIT_MOST = timedelta(minutes=5)
"""Keeps guesses at one name from all the world below 50 an hour; OWASP ASVS 4.0.3, 2.2.1 allows 100."""

FORGOTTEN_AFTER = timedelta(hours=24)
SEEN_EVERY = timedelta(minutes=1)
"""How often a session's last sight is written down."""


class Weakness(StrEnum):
    """Why a password is refused."""

    SHORT = "short"
    LONG = "long"
    COMMON = "common"
    ONE_LETTER = "one_letter"
    LIKE_NAME = "like_name"
    SAME = "same"


def weaknesses(password: str, *, about: Collection[str], common: Collection[str]) -> list[Weakness]:
    """Return why a new password is refused, or nothing. `about` is what everybody knows of the person."""
    found = []
    if len(password) < PASSWORD_LENGTH_MIN:
        found.append(Weakness.SHORT)
    if len(password) > PASSWORD_LENGTH_MAX:
        found.append(Weakness.LONG)
    if password.lower().strip() in common:
        found.append(Weakness.COMMON)
    elif password and len(set(password)) < 4:
        found.append(Weakness.ONE_LETTER)
    if _resembles(password, about):
        found.append(Weakness.LIKE_NAME)
    return found


def closed_for(failures: int) -> timedelta | None:
    """Return how long a name stays closed in one place after this many failures: 15 minutes, doubled each fifth."""
    if failures < FAILURES_TO_CLOSE or failures % FAILURES_TO_CLOSE:
        return None
    doubled: int = 2 ** min(failures // FAILURES_TO_CLOSE - 1, 16)
    return min(CLOSED_FIRST * doubled, CLOSED_MOST)


def waits(failures: int) -> timedelta | None:
    """Return how long an address, or a name tried from anywhere, waits after this many failures: a second, doubled."""
    if failures < FREE_FAILURES:
        return None
    return min(timedelta(seconds=2 ** min(failures - FREE_FAILURES, 16)), WAIT_MOST)


def is_session_over(
    *, created_at: datetime, seen_at: datetime, now: datetime, idle: timedelta, lifetime: timedelta
) -> bool:
    """Tell whether a session has ended by age or by rest."""
    return now >= created_at + lifetime or now >= seen_at + idle


def kept_username(typed: str) -> str:
    """Return a typed name as accounts keep it: without spaces around, in lower case."""
    return text.stored(typed).strip().lower()


def browser_name(user_agent: str) -> str:
    """Return `Chrome · Android` of what a browser says it is, or nothing when it says nothing known."""
    browser = next((name for mark, name in _BROWSERS if mark in user_agent), "")
    system = next((name for mark, name in _SYSTEMS if mark in user_agent), "")
    return " · ".join(part for part in (browser, system) if part)


# Each claims to be those after it, so the order counts.
_BROWSERS = (
    ("coc_coc", "Cốc Cốc"), ("Edg", "Edge"), ("OPR/", "Opera"), ("SamsungBrowser", "Samsung Internet"),
    ("Firefox/", "Firefox"), ("FxiOS", "Firefox"), ("CriOS", "Chrome"), ("Chrome/", "Chrome"), ("Safari/", "Safari"),
)  # fmt: skip
_SYSTEMS = (
    ("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Windows", "Windows"), ("Mac OS", "macOS"),
    ("Linux", "Linux"),
)  # fmt: skip


def _resembles(password: str, about: Collection[str]) -> bool:
    bare = _letters(password)
    known = [_letters(fact) for fact in about]
    return any(len(fact) >= 4 and (fact in bare or (bare and bare in fact)) for fact in known)


def _letters(words: str) -> str:
    return "".join(letter for letter in text.folded(words) if letter.isalnum())
