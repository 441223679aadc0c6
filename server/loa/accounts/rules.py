"""What a password must be, how long sign-in stays closed, and when a session ends."""

from collections.abc import Collection
from datetime import datetime, time, timedelta
from enum import StrEnum
from ipaddress import ip_address, ip_network

from loa.kernel import text
from loa.kernel.scope import Limit

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

PASSWORDS_KEPT = 5
"""How many of a person's passwords are not taken again."""

FIRST_FACTOR_WITHIN = timedelta(minutes=15)
"""How soon after signing in a first factor may be set up: a session left open must not be made somebody else's."""

FORGOTTEN_AFTER = timedelta(hours=24)
SEEN_EVERY = timedelta(minutes=1)
"""How often a session's last sight is written down."""


class Factor(StrEnum):
    """What a second factor may be. `provider` is one a provider of identities vouches for."""

    TOTP = "totp"
    PASSKEY = "passkey"
    RECOVERY = "recovery"
    PROVIDER = "provider"


class Weakness(StrEnum):
    """Why a password is refused."""

    SHORT = "short"
    LONG = "long"
    COMMON = "common"
    ONE_LETTER = "one_letter"
    LIKE_NAME = "like_name"
    SAME = "same"
    USED = "used"


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


def is_another_browser(opened_in: str, seen_in: str) -> bool:
    """Tell whether a session's cookie turned up in another make of browser or on another system.

    Versions are left out: browsers renew themselves at noon. Whoever steals a cookie can also copy what a browser says
    of itself, so this trips the careless thief and is no wall.
    """
    before = browser_name(opened_in)
    return bool(before) and before != browser_name(seen_in)


def is_password_old(*, set_at: datetime, now: datetime, most: timedelta) -> bool:
    """Tell whether a password has to be changed for its age; no limit when `most` is zero."""
    return bool(most) and now >= set_at + most


def limit_of(
    address: str, *, now: datetime, networks: Collection[str], hours: tuple[time, time] | None
) -> Limit | None:
    """Return what holds administrative rights back for somebody at this address at this local time, if anything does.

    No networks and no hours mean no limit. Hours are half-open; those that end before they begin span midnight.
    """
    if networks and not _is_inside(address, networks):
        return Limit.NETWORK
    if hours is not None and not _is_between(now.time(), *hours):
        return Limit.HOURS
    return None


def hours_of(words: str) -> tuple[time, time] | None:
    """Return `07:00-19:00` as two times of day, None of nothing. Raises `ValueError` for what is no such thing."""
    if not words.strip():
        return None
    begin, _, end = words.partition("-")
    first, last = time.fromisoformat(begin.strip()), time.fromisoformat(end.strip())
    if first == last or first.tzinfo or last.tzinfo:
        raise ValueError(words)
    return first, last


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


def _is_inside(address: str, networks: Collection[str]) -> bool:
    try:
        known = ip_address(address)
    except ValueError:
        return False
    mapped = getattr(known, "ipv4_mapped", None) or known
    return any(mapped in ip_network(network, strict=False) for network in networks)


def _is_between(moment: time, begin: time, end: time) -> bool:
    return begin <= moment < end if begin < end else moment >= begin or moment < end


def _resembles(password: str, about: Collection[str]) -> bool:
    bare = _letters(password)
    known = [_letters(fact) for fact in about]
    return any(len(fact) >= 4 and (fact in bare or (bare and bare in fact)) for fact in known)


def _letters(words: str) -> str:
    return "".join(letter for letter in text.folded(words) if letter.isalnum())
