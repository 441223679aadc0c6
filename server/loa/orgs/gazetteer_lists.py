"""The national list of units before 1 July 2025, as the package `vietnamadminunits` carries it."""

import functools
import sqlite3
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from loa.kernel import text
from loa.orgs.refusals import UnknownProvince
from loa.orgs.rules import Level

_PACKAGE = find_spec("vietnamadminunits")  # only found: its import reads megabytes and costs half a second
DATASET = Path(str(_PACKAGE and _PACKAGE.origin)).parent / "data" / "dataset.db"
ROOM_FOR_HAMLETS = 1_000
"""Steps between communes in the order, so that their hamlets sort right below them."""
ROOM_FOR_COMMUNES = 1_000_000
"""Steps between provinces: the largest had 609 districts and communes."""

_PROVINCE = "SELECT DISTINCT provinceCode, province, provinceShort, provinceLat, provinceLon, provinceBounds"
_DISTRICTS = "SELECT DISTINCT districtCode, district, districtShort, districtLat, districtLon"
_COMMUNES = "SELECT wardCode, ward, wardShort, wardLat, wardLon, districtCode"
_FROM = " FROM admin_units_legacy WHERE provinceCode = ?"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A unit of the list. `parent_path` is empty for the province."""

    level: Level
    code: str
    name: str
    parent_path: str
    sort_order: int
    latitude: float
    longitude: float


@functools.cache
def province_names() -> Mapping[str, str]:
    """Return the names of the provinces of the list by code."""
    with closing(sqlite3.connect(f"{DATASET.as_uri()}?mode=ro", uri=True)) as source:
        rows = source.execute("SELECT DISTINCT provinceCode, province FROM admin_units_legacy").fetchall()
    return {code: text.stored(name) for code, name in sorted(rows)}


def read(province_code: str) -> list[Entry]:
    """Return the province, its districts and its communes, the Vietnamese way, parents first."""
    with closing(sqlite3.connect(f"{DATASET.as_uri()}?mode=ro", uri=True)) as source:
        provinces = source.execute(_PROVINCE + _FROM, [province_code]).fetchall()
        districts = source.execute(_DISTRICTS + _FROM, [province_code]).fetchall()
        communes = source.execute(_COMMUNES + _FROM, [province_code]).fetchall()
    if not provinces:
        raise UnknownProvince(code=province_code)
    bounds = _bounds(provinces[0][5])
    start = int(province_code) * ROOM_FOR_COMMUNES
    entries = [_entry(Level.PROVINCE, provinces[0], parent_path="", start=start, place=0)]
    for district in _in_order(districts):
        entries.append(_entry(Level.DISTRICT, district, parent_path=province_code, start=start, place=len(entries)))
        path = f"{province_code}/{district[0]}"
        for commune in _in_order([row for row in communes if row[0] and row[5] == district[0]]):
            # The list was made by asking a map for names; "Lương Điền" answered with its namesake 80 km away in another
            # province. Such a point is not believed: the district's stands in for it.
            row = commune if _is_within(commune, bounds) else (*commune[:3], *district[3:5])
            entries.append(_entry(Level.COMMUNE, row, parent_path=path, start=start, place=len(entries)))
    return entries


def _in_order(rows: list[tuple[str, ...]]) -> list[tuple[str, ...]]:
    return sorted(rows, key=lambda row: (text.sort_key(text.stored(row[2])), row[0]))


def _bounds(written: str) -> tuple[float, ...]:
    """Return south, west, north, east of `"21.15,105.32 – 21.57,105.79"`."""
    return tuple(float(number) for corner in written.split("–") for number in corner.split(","))


def _is_within(row: tuple[str, ...], bounds: tuple[float, ...]) -> bool:
    south, west, north, east = bounds
    return south <= float(row[3]) <= north and west <= float(row[4]) <= east


def _entry(level: Level, row: tuple[str, ...], *, parent_path: str, start: int, place: int) -> Entry:
    return Entry(
        level=level,
        code=row[0],
        name=text.stored(row[1]),
        parent_path=parent_path,
        sort_order=start + place * ROOM_FOR_HAMLETS,
        latitude=float(row[3]),
        longitude=float(row[4]),
    )
