"""How a hand-over names a right that went along: what came of it, and its time, so that it can be given back whole."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from loa.orgs.giving import Given, from_now
from loa.orgs.models import Grant

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_PIECES_MOST = 4


class Fate(StrEnum):
    """What became of a right of a closing unit where its things went."""

    GIVEN = "given"
    SAME = "same"
    PARTLY = "partly"
    LOST = "lost"


@dataclass(frozen=True, slots=True, kw_only=True)
class Right:
    """One right that went along: `grant:16:20+21:given:1767225600000000-`. Earlier lists name no fate and no time."""

    former: int
    pieces: tuple[int, ...]
    fate: Fate
    during: DateTimeTZRange | None = None

    @classmethod
    def of(cls, one: Grant, given: Given, *, now: datetime) -> "Right":
        """Return what came of a right at a moment."""
        if not given.pieces:
            fate = Fate.LOST
        elif given.is_lacking:
            fate = Fate.PARTLY
        else:
            fate = Fate.GIVEN if given.made else Fate.SAME
        pieces = tuple(piece.pk for piece in given.made or given.stood)[:_PIECES_MOST]
        return cls(former=one.pk, pieces=pieces, fate=fate, during=from_now(one.during, now=now))

    @classmethod
    def read(cls, thing: str) -> "Right":
        """Return what a hand-over names; `named` turned round."""
        _, former, pieces, *more = thing.split(":")
        ids = tuple(int(one) for one in pieces.split("+") if int(one))
        fate = Fate(more[0]) if more else Fate.GIVEN if ids else Fate.LOST
        return cls(former=int(former), pieces=ids, fate=fate, during=_time(more[1]) if len(more) > 1 else None)

    def named(self) -> str:
        """Return what names it for ever."""
        time = ""
        if self.during is not None:
            time = f":{_stamp(self.during.lower)}-{_stamp(self.during.upper)}"
        return f"grant:{self.former}:{'+'.join(str(one) for one in self.pieces) or 0}:{self.fate}{time}"

    @property
    def is_whole(self) -> bool:
        """Tell whether the person has there all that they had."""
        return self.fate in {Fate.GIVEN, Fate.SAME}


def _stamp(moment: datetime | None) -> str:
    return "" if moment is None else str((moment - _EPOCH) // timedelta(microseconds=1))


def _time(words: str) -> DateTimeTZRange:
    lower, _, upper = words.partition("-")
    return DateTimeTZRange(_moment(lower), _moment(upper))


def _moment(stamp: str) -> datetime | None:
    return _EPOCH + timedelta(microseconds=int(stamp)) if stamp else None
