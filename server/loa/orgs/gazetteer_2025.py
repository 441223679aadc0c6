"""The reform of 1 July 2025 as shipped data: what became of each province, district and commune."""

import functools
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from loa.kernel import text
from loa.orgs import gazetteer_lists as lists
from loa.orgs import lineage
from loa.orgs.changes import Altering, Edge, Opening, Plan
from loa.orgs.gazetteer_reform import Old, Reform, read
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

_STEPS = 1_000
"""Estimated parts are whole thousandths: what is guessed by area pretends to no more."""


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
