"""The reform of 1 July 2025 as shipped data: what became of each province, district and commune."""

import functools
import json
import sqlite3
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any  # Any: a row of SQLite

from loa.kernel import text
from loa.orgs import gazetteer_lists as lists
from loa.orgs import lineage
from loa.orgs.changes import Altering, Edge, Opening, Plan
from loa.orgs.refusals import UnknownProvince
from loa.orgs.rules import Change, Level

EFFECTIVE_ON = date(2025, 7, 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """A decision to which a change can point."""

    number: str
    title: str
    issuer: str
    issued_on: date | None = None

    def __str__(self) -> str:
        """Return the number under which it is known."""
        return self.number


DECISION = Paper(
    number="19/2025/QĐ-TTg",
    title="Bảng danh mục và mã số các đơn vị hành chính Việt Nam",
    issuer="Thủ tướng Chính phủ",
)
RESOLUTIONS = {
    "25": Paper(
        number="1676/NQ-UBTVQH15",
        title="Sắp xếp các đơn vị hành chính cấp xã của tỉnh Phú Thọ năm 2025",
        issuer="Ủy ban Thường vụ Quốc hội",
        issued_on=date(2025, 6, 16),
    )
}
"""On which the communes of a new province rest, where we know it."""

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
_STEPS = 1_000
"""Estimated parts are whole thousandths: what is guessed by area pretends to no more."""


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


def reform_2025(*province_codes: str) -> Plan:
    """Return what the reform did with these old provinces, or with the whole country, as one plan.

    A new province whose code belonged to none of them opens; the others go on. Communes whose land was divided go to
    each new one by the area of these: an estimate, and marked as such. Raises `UnknownProvince`.
    """
    known = read()
    every = {one.province for one in known.old}
    for code in province_codes:
        if code not in every:
            raise UnknownProvince(code=code)
    chosen = frozenset(province_codes) or every
    old = [one for one in known.old if one.province in chosen]
    parts = [*_provinces(known, chosen), *_districts(known, old), *_communes(known, old)]
    standing = chosen | {one.district for one in old} | {one.code for one in old if one.code}
    going_on = {edge.successor for edge in parts if edge.successor in standing}
    levels = {one.district: Level.DISTRICT.value for one in old}
    levels |= dict.fromkeys(chosen | known.provinces.keys(), Level.PROVINCE.value)
    levels |= dict.fromkeys({one.code for one in old if one.code} | known.communes.keys(), Level.COMMUNE.value)
    return Plan(
        opens=tuple(_openings(known, {edge.successor for edge in parts} - standing)),
        alters=tuple(_alterings(known, old, going_on)),
        closes=tuple(sorted(standing - going_on)),
        edges=tuple(lineage.with_share_back(parts, levels=levels)),
    )


@functools.cache
def order() -> Mapping[str, int]:
    """Return the place of every unit since the reform in the list: by province, then the Vietnamese way."""
    known = read()
    found = {code: int(code) * lists.ROOM_FOR_COMMUNES for code in known.provinces}
    named = sorted(
        known.communes.values(),
        key=lambda commune: (text.sort_key(commune.name.partition(" ")[2]), commune.code),
    )
    counts = dict(found)
    for commune in named:
        counts[commune.province] += lists.ROOM_FOR_HAMLETS
        found[commune.code] = counts[commune.province]
    return found


def _provinces(known: Reform, chosen: Collection[str]) -> Iterator[Edge]:
    for code in sorted(chosen):
        successor = known.province_of(code)
        yield Edge(predecessor=code, successor=successor, kind=Change.CONTINUE if code == successor else Change.MERGE)


def _districts(known: Reform, old: Sequence[Old]) -> Iterator[Edge]:
    """Yield where districts went: up into their province, island districts into the special zone they became."""
    zones = {one.district: known.went_to[one.district][0] for one in old if not one.code}
    for district, province in sorted({(one.district, one.province) for one in old}):
        successor = zones.get(district) or known.province_of(province)
        yield Edge(predecessor=district, successor=successor, kind=Change.ABOLISH)


def _communes(known: Reform, old: Sequence[Old]) -> Iterator[Edge]:
    sources = {one.code for one in old if one.code}
    joined: dict[str, int] = defaultdict(int)
    for code in sources:
        for successor in known.went_to[code]:
            joined[successor] += 1
    for one in sorted((one for one in old if one.code), key=lambda one: one.code):
        successors = known.went_to[one.code]
        areas = [known.communes[successor].area_km2 for successor in successors]
        for successor, share in zip(successors, _thousandths(areas), strict=True):
            yield Edge(
                predecessor=one.code,
                successor=successor,
                kind=_kind(known, one, successor, is_alone=len(successors) == joined[successor] == 1),
                share=share,
                is_estimate=len(successors) > 1,
            )


def _kind(known: Reform, one: Old, successor: str, *, is_alone: bool) -> Change:
    if one.code != successor:
        return Change.MERGE if len(known.went_to[one.code]) == 1 else Change.SPLIT
    if not is_alone:
        return Change.CONTINUE
    return Change.TRANSFER if known.communes[successor].name == one.name else Change.RENAME


def _thousandths(areas: Sequence[Fraction]) -> list[Fraction]:
    """Return parts by area; alike when an area is not known."""
    if not all(areas):
        areas = [Fraction(1)] * len(areas)
    counts = lineage.whole({str(place): area * _STEPS / sum(areas) for place, area in enumerate(areas)}, total=_STEPS)
    return [Fraction(count, _STEPS) for count in counts.values()]


def _openings(known: Reform, codes: Collection[str]) -> Iterator[Opening]:
    places = order()
    for code in sorted(codes, key=lambda code: (code in known.communes, code)):
        place = known.communes.get(code) or known.provinces[code]
        commune = known.communes.get(code)
        yield Opening(
            code=code,
            name=place.name,
            level=(Level.COMMUNE if commune else Level.PROVINCE).value,
            parent=commune.province if commune else "",
            sort_order=places[code],
            latitude=place.latitude,
            longitude=place.longitude,
        )


def _alterings(known: Reform, old: Sequence[Old], codes: Collection[str]) -> Iterator[Altering]:
    names = dict(lists.province_names()) | {one.code: one.name for one in old if one.code}
    for code in sorted(codes):
        commune = known.communes.get(code)
        name = commune.name if commune else known.provinces[code].name
        changed = None if names[code] == name else name
        if commune or changed:
            yield Altering(code=code, name=changed, parent=commune.province if commune else None)


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
