"""What the national list says of the reform of 1 July 2025, as the package `vietnamadminunits` carries it."""

import functools
import json
import sqlite3
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from fractions import Fraction
from typing import Any  # Any: a row of SQLite

from loa.kernel import text
from loa.orgs import gazetteer_lists as lists

_CONVERTER = lists.DATASET.parent / "converter_2025.json"
_OLD = """
SELECT provinceKey || '_' || districtKey || '_' || coalesce(wardKey, ''), provinceCode, districtCode, wardCode, ward
FROM admin_units_legacy
"""
_NEW = """
SELECT provinceKey, wardKey, provinceCode, province, provinceLat, provinceLon,
    wardCode, ward, wardLat, wardLon, wardAreaKm2
FROM admin_units
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A unit since the reform."""

    code: str
    name: str
    latitude: float
    longitude: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Commune(Place):
    """A commune since the reform, with the code of its province."""

    province: str
    area_km2: Fraction


@dataclass(frozen=True, slots=True, kw_only=True)
class Old:
    """A commune before the reform; an island district without communes stands for itself, with an empty `code`."""

    code: str
    name: str
    district: str
    province: str

    @property
    def own_code(self) -> str:
        """Return the code under which it was listed."""
        return self.code or self.district


@dataclass(frozen=True, slots=True, kw_only=True)
class Reform:
    """Everything the national list says of the reform: for each commune of old the new ones it went to."""

    provinces: Mapping[str, Place]
    old: Sequence[Old]
    communes: Mapping[str, Commune]
    went_to: Mapping[str, Sequence[str]]

    def province_of(self, old_province: str) -> str:
        """Return the code of the province an old one went into."""
        first = next(one for one in self.old if one.province == old_province)
        return self.communes[self.went_to[first.own_code][0]].province


@functools.cache
def read() -> Reform:
    """Return the reform of the whole country; takes half a second, once."""
    converter = json.loads(_CONVERTER.read_text(encoding="utf-8"))
    with closing(sqlite3.connect(f"{lists.DATASET.as_uri()}?mode=ro", uri=True)) as source:
        old = {
            key: Old(code=ward or "", name=text.stored(name or ""), district=district, province=province)
            for key, province, district, ward, name in source.execute(_OLD)
        }
        rows = source.execute(_NEW).fetchall()
    communes = {(row[0], row[1]): _commune(row[2], row[6:]) for row in rows}
    provinces = {
        row[2]: Place(code=row[2], name=text.stored(row[3]), latitude=float(row[4]), longitude=float(row[5]))
        for row in rows
    }
    went_to: dict[str, list[str]] = defaultdict(list)
    for old_key, province_key, new_key in _pairs(converter):
        went_to[old[old_key].own_code].append(communes[province_key, new_key].code)
    return Reform(
        provinces=provinces,
        old=list(old.values()),
        communes={commune.code: commune for commune in communes.values()},
        went_to=went_to,
    )


def _pairs(converter: Mapping[str, Mapping[str, Mapping[str, list[object]]]]) -> Iterator[tuple[str, str, str]]:
    """Yield every old commune's key with the keys of the province and of the commune it went to."""
    for province, communes in converter["DICT_PROVINCE_WARD_NO_DIVIDED"].items():
        for commune, olds in communes.items():
            yield from ((str(old), province, commune) for old in olds)
    for province, divided in converter["DICT_PROVINCE_WARD_DIVIDED"].items():
        for old, communes_of_old in divided.items():
            for one in communes_of_old:
                assert isinstance(one, dict)  # noqa: S101 - the list's own form
                yield old, province, str(one["newWardKey"])


def _commune(province: str, row: Sequence[Any]) -> Commune:
    code, name, latitude, longitude, area_km2 = row
    return Commune(
        code=code,
        name=text.stored(name),
        latitude=float(latitude),
        longitude=float(longitude),
        province=province,
        area_km2=Fraction(str(area_km2 or 0)),
    )
