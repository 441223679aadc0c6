"""What a hand-over list says: who gives what to whom, in names of its day. Papers are in Vietnamese."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from django.utils import translation
from django.utils.translation import gettext as _

from loa.accounts import queries as accounts
from loa.orgs import carrying_people, ports, queries
from loa.orgs.handover import along
from loa.orgs.handover.along import Relocated
from loa.orgs.models import Handover, Reorganisation
from loa.orgs.rights_moved import Right

LANGUAGE = "vi"
_NAMELESS = frozenset({"home", "grant", "post", "agency", "role"})
"""Things whose number means nothing to people: their names say it all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One thing: what it is called, what names it for ever, and who gives it."""

    name: str
    identity: str
    giver: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Lot:
    """Things of one kind."""

    words: str
    items: Sequence[Item]


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """What one unit receives, from which."""

    receiver: str
    givers: Sequence[str]
    lots: Sequence[Lot]

    @property
    def count(self) -> int:
        """Return how many things it receives."""
        return sum(len(lot.items) for lot in self.lots)


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """The whole, with the words of the official form (Decree 30/2020/NĐ-CP)."""

    superior: str
    issuer: str
    number: str
    place_and_date: str
    nation: str
    motto: str
    kind: str
    subject: str
    grounds: Sequence[str]
    words: Mapping[str, str]
    sections: Sequence[Section]
    receivers: Sequence[str]

    @property
    def count(self) -> int:
        """Return how many things are handed over in all."""
        return sum(section.count for section in self.sections)


def paper(done: Reorganisation) -> Paper:
    """Return the list of a change in force. Names of units and agencies are those of the day it took effect."""
    with translation.override(LANGUAGE):
        return _paper(done)


def _paper(done: Reorganisation) -> Paper:
    on = done.effective_on
    rows = list(queries.handovers(done).select_related("from_unit", "to_unit"))
    came = along.relocated(done)
    codes = {unit.code for row in rows for unit in (row.from_unit, row.to_unit)}
    codes |= {code for unit in came for code in (unit.from_code, unit.to_code)}
    sections = _sections(rows, came, queries.names_on(codes, on), queries.names_on(codes, on - timedelta(days=1)))
    place = queries.province_on(done.unit, on)
    return Paper(
        superior=place.upper(),
        issuer=queries.committee_on(done.unit, on) or _("People's Committee of %(name)s") % {"name": place},
        number=_("No.:        /BB-UBND"),
        place_and_date=_("%(place)s, day %(day)s month %(month)s year %(year)s")
        % {"place": _short(place), "day": f"{on:%d}", "month": f"{on:%m}", "year": on.year},
        nation=_("SOCIALIST REPUBLIC OF VIET NAM"),
        motto=_("Independence – Freedom – Happiness"),
        kind=_("RECORD OF HANDING OVER"),
        subject=_("Grassroots information system: %(title)s") % {"title": done.title},
        grounds=[_grounds(done)],
        words=_words(sum(section.count for section in sections)),
        sections=sections,
        receivers=[section.receiver for section in sections],
    )


def _grounds(done: Reorganisation) -> str:
    facts = {"number": done.basis.number, "issuer": done.basis.issuer, "title": done.basis.title}
    return _("In accordance with %(number)s of %(issuer)s on %(title)s;") % facts


def _words(count: int) -> dict[str, str]:
    return {
        "summary": _("In all %(count)s things were handed over:") % {"count": count},
        "receiver": _("Receiving unit"),
        "givers": _("Giving units"),
        "number": _("No."),
        "name": _("What is handed over"),
        "identity": _("Identity"),
        "giver": _("Given by"),
        "count": _("Count"),
        "receives": _("What %(name)s receives"),
        "sign_giver": _("THE GIVING SIDE"),
        "sign_receiver": _("THE RECEIVING SIDE"),
        "sign_witness": _("THE WITNESS"),
        "sign_help": _("(Signature, full name)"),
        "to": _("Sent to:"),
        "archive": _("Archive."),
        "end": "./.",
        "nothing": _("Nothing had to be handed over."),
    }


def _sections(
    rows: Sequence[Handover], came: Sequence[Relocated], now: Mapping[str, str], before: Mapping[str, str]
) -> list[Section]:
    kept = _Kept()
    names = {row.to_unit.code: row.to_unit.name for row in rows} | dict(now)
    words = {keeper.name: str(keeper.words) for keeper in ports.keepers()}
    words[carrying_people.NAME] = _("People placed anew")
    people = accounts.names_of([int(_number(row)) for row in rows if row.thing.startswith("home:")])
    for row in rows:
        kind = row.thing.partition(":")[0]
        giver = before.get(row.from_unit.code, row.from_unit.name)
        name = people.get(int(_number(row)), "") if kind == "home" else row.name
        item = Item(name=name or row.thing, identity="" if kind in _NAMELESS else _number(row), giver=giver)
        lot = words.get(row.keeper, row.keeper)
        if kind == "home":
            lot = _("People who belong to the unit")
        elif kind == "grant" and not Right.read(row.thing).is_whole:
            lot = _("Rights that could not be carried over in full: please give them anew")
        kept.add(row.to_unit.code, lot, item)
    for unit in came:
        giver = before.get(unit.from_code, unit.from_code)
        kept.add(unit.to_code, _("Units that come along"), Item(name=unit.name, identity=unit.code, giver=giver))
        for identity, name in unit.things.items():
            item = Item(name=f"{name} – {unit.name}", identity=identity, giver=giver)
            kept.add(unit.to_code, _("Devices in units that come along"), item)
    return [
        Section(
            receiver=names.get(code, code),
            givers=list(dict.fromkeys(item.giver for items in lots.values() for item in items)),
            lots=[Lot(words=words, items=items) for words, items in lots.items()],
        )
        for code, lots in kept.lots.items()
    ]


@dataclass(slots=True)
class _Kept:
    """Things by receiving unit and kind, in the order in which they come."""

    lots: dict[str, dict[str, list[Item]]] = field(default_factory=dict)

    def add(self, code: str, words: str, item: Item) -> None:
        """Add one thing."""
        self.lots.setdefault(code, {}).setdefault(words, []).append(item)


def _number(row: Handover) -> str:
    return row.thing.partition(":")[2] or row.thing


def _short(place: str) -> str:
    """Return a place's name without the word for its level, as papers begin their date."""
    for level in ("Tỉnh ", "Thành phố "):
        place = place.removeprefix(level)
    return place
