"""A small world: a province with two communes, the people who act there, and devices."""

from dataclasses import dataclass
from datetime import UTC, datetime

import pytest

from loa.devices import commands, keys
from loa.kernel.scope import Actor, ActorKind, Scope, system
from loa.orgs.models import Unit
from loa.orgs.rules import RIGHTS, Level, Role

NOW = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)


@dataclass
class World:
    province: Unit
    commune: Unit
    other: Unit
    elsewhere: Unit
    system: Scope
    technician: Scope
    officer: Scope
    leader: Scope
    outsider: Scope

    def enrolled(self, *, count=1, unit=None):
        """Return devices with their enrolments, made for this test."""
        unit = unit or self.commune
        entries = [commands.NewDevice(name=f"Cụm loa {number}") for number in range(count)]
        devices = commands.register_many(self.system, unit, entries=entries)
        identities = commands.provision_fleet(self.system, unit, device_ids=[device.pk for device in devices], now=NOW)
        for device in devices:
            device.refresh_from_db()
        return devices, identities


def make_unit(code, name, level, parent=None):
    return Unit.objects.unscoped("world of a test").create(
        code=code, name=name, folded_name=name.lower(), level=level, parent=parent,
        path=code if parent is None else f"{parent.path}/{code}",
    )  # fmt: skip


def person(name, role, unit):
    return Scope(
        actor=Actor(kind=ActorKind.PERSON, id=name, name=name),
        grants={code: frozenset({unit.path}) for code in RIGHTS[role]},
        is_fresh=True,
    )


@pytest.fixture
def now():
    return NOW


@pytest.fixture
def world(db):
    keys.ensure_box_keys(now=NOW)
    province = make_unit("26", "Vĩnh Phúc", Level.PROVINCE)
    commune = make_unit("08707", "Xã Một", Level.COMMUNE, province)
    other = make_unit("08710", "Xã Hai", Level.COMMUNE, province)
    elsewhere = make_unit("27", "Bắc Ninh", Level.PROVINCE)
    return World(
        province=province,
        commune=commune,
        other=other,
        elsewhere=elsewhere,
        system=system("test"),
        technician=person("ky-thuat", Role.TECHNICIAN, commune),
        officer=person("can-bo", Role.OFFICER, commune),
        leader=person("lanh-dao", Role.LEADER, commune),
        outsider=person("nguoi-ngoai", Role.TECHNICIAN, elsewhere),
    )
