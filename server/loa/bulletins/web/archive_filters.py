"""What the address of the archive asks for: words and filters, as people and bookmarks write them."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from urllib.parse import urlencode

from django.http import QueryDict
from django.utils import timezone
from django.utils.dateparse import parse_date

from loa.bulletins import naming, rules
from loa.bulletins.queries import Filters
from loa.kernel.scope import Scope
from loa.orgs import queries as orgs

_LAST_YEAR = 9999
SOUNDS = ("recorded", "spoken", "none")
NAMES = (
    "unit", "state", "sound", "kind", "category", "language", "level", "channel", "since", "until", "aired",
    "aired_since", "aired_until",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """The words, the filters, and each value as it stands in the address; what makes no sense is left out."""

    words: str
    filters: Filters
    values: dict[str, str]

    @property
    def address(self) -> str:
        """Return the address of this search, without the page."""
        return urlencode({"q": self.words, **self.values} if self.words else self.values)


def read(scope: Scope, given: QueryDict) -> Chosen:
    """Return what an address asks for."""
    values = {name: given.get(name, "").strip().replace("\0", "")[:64] for name in NAMES}
    unit = orgs.choices_for(scope, "bulletins.view").filter(code=values["unit"]).first() if values["unit"] else None
    days = {name: _day(values[name]) for name in ("since", "until", "aired_since", "aired_until")}
    known = {
        "unit": unit is not None,
        "state": values["state"] in set(rules.State),
        "sound": values["sound"] in SOUNDS,
        "kind": values["kind"] in set(rules.Kind),
        "channel": values["channel"] in naming.CHANNELS,
        "aired": values["aired"] in {"yes", "no"},
        **{name: day is not None for name, day in days.items()},
    }
    values = {name: value for name, value in values.items() if value and known.get(name, True)}
    filters = Filters(
        unit_path=unit.path if unit is not None else "",
        states=[rules.State(values["state"])] if "state" in values else (),
        sound=values.get("sound", ""),  # type: ignore[arg-type]  # one of SOUNDS
        kind=values.get("kind", ""),
        category=values.get("category", ""),
        language=values.get("language", ""),
        origin_level=values.get("level", ""),
        channel=values.get("channel", ""),
        written_since=days["since"],
        written_until=_after(days["until"]),
        is_aired={"yes": True, "no": False}.get(values.get("aired", "")),
        aired_since=days["aired_since"],
        aired_until=_after(days["aired_until"]),
    )
    return Chosen(words=" ".join(given.get("q", "").replace("\0", "").split())[:200], filters=filters, values=values)


def _day(text: str) -> datetime | None:
    """Return the local midnight with which a day begins."""
    try:
        day = parse_date(text)
        return (
            timezone.make_aware(datetime.combine(day, time()))
            if day is not None and 1900 < day.year < _LAST_YEAR
            else None
        )
    except (ValueError, OverflowError):
        return None


def _after(day: datetime | None) -> datetime | None:
    """Return the end of a day: both days that people name belong to the span."""
    return None if day is None else day + timedelta(days=1)
