# ruff: noqa: ARG002 - a keeper takes what the port says
"""What tests of changes of units begin with: a day, a decision, plans, and a keeper of plain things."""

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from fractions import Fraction

from django.utils import timezone

from loa.accounts.models import User
from loa.kernel import clock
from loa.orgs import commands, ports, queries, rules
from loa.orgs.changes import Altering, Edge, Plan
from loa.orgs.models import LegalBasis
from loa.orgs.ports import Clash, Moved
from loa.orgs.rules import Change
from loa.orgs.tests.world import make_user

NOW = clock.now() + timedelta(hours=1)
"""A little later than the grants of the world begin: guards in the database look at the real day."""

DAY = timezone.localdate(NOW) + timedelta(days=30)
MIDNIGHT = datetime(DAY.year, DAY.month, DAY.day, tzinfo=UTC) - timedelta(hours=7)
"""The first moment of `DAY` in Viet Nam."""


def make_basis(number="12/NQ-HĐND"):
    about = {"title": "Về việc sắp xếp đơn vị"}
    return LegalBasis.objects.get_or_create(number=number, issuer="HĐND tỉnh", defaults=about)[0]


def second_administrator(world) -> User:
    return make_user("quantri2", "Ngô Thị Duyệt", unit=world.province, role=rules.Role.ADMINISTRATOR)


def fresh(user):
    return replace(queries.scope_for(user), is_fresh=True)


def merge(heir, *others, name=None):
    """The others go into the first one, which goes on."""
    part = Fraction(1, 1 + len(others))
    return Plan(
        alters=[Altering(code=heir, name=name)] if name else [],
        closes=list(others),
        edges=[
            Edge(predecessor=heir, successor=heir, kind=Change.CONTINUE, share_back=part),
            *(Edge(predecessor=other, successor=heir, kind=Change.MERGE, share_back=part) for other in others),
        ],
    )


def abolish_district():
    return Plan(
        closes=["251"],
        edges=[
            Edge(predecessor="26", successor="26", kind=Change.CONTINUE),
            Edge(predecessor="251", successor="26", kind=Change.ABOLISH, share_back=Fraction(0)),
        ],
    )


def propose(world, plan, *, on=DAY, now=NOW, scope=None, **more):
    return commands.propose(
        scope or world.administrator, world.province, title="Sắp xếp xã", basis=make_basis(), effective_on=on,
        plan=plan, now=now, **more,
    )  # fmt: skip


def approved(world, plan, *, on=DAY, now=NOW, **more):
    made = propose(world, plan, on=on, now=now, **more)
    approver = User.objects.filter(username="quantri2").first() or second_administrator(world)
    commands.approve(fresh(approver), made, plan_sha256=made.plan_sha256, now=now)
    made.refresh_from_db()
    return made


def in_force(world, plan, *, on=DAY, **more):
    made = approved(world, plan, on=on, **more)
    commands.carry_out(world.system, made, now=MIDNIGHT if on >= DAY else NOW)
    made.refresh_from_db()
    return made


def at_commune(world, plan, *, state):
    """A change below the commune, as far as asked; two people of the province made it."""
    made = commands.propose(
        world.administrator, world.commune, title="Đổi tên thôn", basis=make_basis(),
        effective_on=timezone.localdate(NOW) - timedelta(days=9) if state == "in_force" else DAY, plan=plan, now=NOW,
        is_retroactive=state == "in_force",
    )  # fmt: skip
    if state != "proposed":
        commands.approve(fresh(second_administrator(world)), made, plan_sha256=made.plan_sha256, now=NOW)
    if state == "in_force":
        commands.carry_out(world.system, made, now=NOW)
    made.refresh_from_db()
    return made


@dataclass
class Shelf:
    """A keeper of names at units, as a room above would be one."""

    name: str = "shelf"
    words: str = "Things"
    at: dict = field(default_factory=dict)
    told: list = field(default_factory=list)
    breaks: bool = False

    def holdings(self, unit_ids):
        places = list(self.at.values())
        return {unit: places.count(unit) for unit in unit_ids if unit in places}

    def clashes(self, moves, *, on):
        return [
            Clash(unit=move.to_unit, sentence="Two of a kind")
            for move in moves
            if move.from_unit in self.at.values() and move.to_unit in self.at.values()
        ]

    def hand_over(self, moves, *, now):
        if self.breaks:
            raise RuntimeError("the machine stops here")
        went = {move.from_unit: move.to_unit for move in moves}
        moved = []
        for thing, unit in self.at.items():
            if unit in went:
                self.at[thing] = went[unit]
                moved.append(Moved(thing=f"thing:{thing}", name=thing, from_unit=unit, to_unit=went[unit]))
        return moved

    def take_back(self, moved, *, now):
        back = [one for one in moved if self.at.get(one.name) == one.to_unit]
        for one in back:
            self.at[one.name] = one.from_unit
        return len(back)

    def relocated(self, unit_ids, *, now):
        self.told.append(set(unit_ids))

    def hand_on(self, from_user, to_user, *, now):
        return 0

    def without_owner(self, unit_ids):
        return 0


def shelf_of(monkeypatch, **at):
    """Put a shelf beside the real keepers, for this test."""
    shelf = Shelf(at=at)
    monkeypatch.setattr(ports, "_KEEPERS", [*ports.keepers(), shelf])
    return shelf
