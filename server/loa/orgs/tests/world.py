"""A small world every room's tests stand in: real units, one person of each kind, and their scopes."""

import functools
from dataclasses import dataclass

import pytest

from loa.accounts.models import User
from loa.accounts.passwords import hashed
from loa.kernel import scope as scopes
from loa.kernel import text
from loa.kernel.scope import Scope
from loa.orgs import queries, rules
from loa.orgs.models import Grant, Unit

PASSWORD = "con-ga-trong-2024"
"""Everybody's password in this world."""


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """Units of Vĩnh Phúc and a neighbour; `…_user` are the people, the bare names their scopes."""

    province: Unit
    district: Unit
    commune: Unit
    hamlet: Unit
    other_commune: Unit
    other_province: Unit
    outsider_commune: Unit

    province_editor_user: User
    officer_user: User
    leader_user: User
    monitor_user: User
    technician_user: User
    administrator_user: User
    other_officer_user: User
    outsider_user: User
    citizen_user: User

    province_editor: Scope
    officer: Scope
    leader: Scope
    monitor: Scope
    technician: Scope
    administrator: Scope
    other_officer: Scope
    outsider: Scope
    citizen: Scope
    system: Scope


@functools.cache
def _kept_password() -> str:
    return hashed(PASSWORD)


def make_unit(*, code, name, level, parent=None, sort_order=0):
    return Unit.objects.create(
        code=code,
        name=name,
        folded_name=text.folded(name),
        level=level.value,
        parent=parent,
        path=rules.path_below(parent.path if parent else "", code),
        sort_order=sort_order,
        latitude=21.3,
        longitude=105.6,
    )


def make_user(username, full_name, *, unit=None, role=None, must_change=False):
    user = User.objects.create(
        username=username,
        full_name=full_name,
        password=_kept_password(),
        must_change_password=must_change,
        unit_path=unit.path if unit else "",
    )
    if role is not None:
        Grant.objects.create(user=user, role=role.value, unit=unit)
    return user


def make_world() -> World:
    province = make_unit(code="26", name="Tỉnh Vĩnh Phúc", level=rules.Level.PROVINCE)
    district = make_unit(code="251", name="Huyện Yên Lạc", level=rules.Level.DISTRICT, parent=province, sort_order=1)
    commune = make_unit(code="09043", name="Xã Tam Hồng", level=rules.Level.COMMUNE, parent=district, sort_order=2)
    hamlet = make_unit(code="09043.01", name="Thôn Phù Lưu", level=rules.Level.HAMLET, parent=commune, sort_order=3)
    other = make_unit(code="09037", name="Xã Đồng Cương", level=rules.Level.COMMUNE, parent=district, sort_order=9)
    neighbor = make_unit(code="19", name="Tỉnh Thái Nguyên", level=rules.Level.PROVINCE, sort_order=20)
    outside = make_unit(code="05440", name="Xã Sơn Cẩm", level=rules.Level.COMMUNE, parent=neighbor, sort_order=21)

    people = {
        "province_editor": make_user("bientap", "Nguyễn Thị Biên", unit=province, role=rules.Role.EDITOR),
        "officer": make_user("canbo", "Trần Văn Cán", unit=commune, role=rules.Role.OFFICER),
        "leader": make_user("lanhdao", "Lê Thị Lãnh", unit=commune, role=rules.Role.LEADER),
        "monitor": make_user("giamsat", "Phạm Văn Giám", unit=province, role=rules.Role.MONITOR),
        "technician": make_user("kythuat", "Hoàng Văn Kỹ", unit=province, role=rules.Role.TECHNICIAN),
        "administrator": make_user("quantri", "Vũ Thị Quản", unit=province, role=rules.Role.ADMINISTRATOR),
        "other_officer": make_user("canbo2", "Đỗ Văn Hai", unit=other, role=rules.Role.OFFICER),
        "outsider": make_user("nguoingoai", "Bùi Thị Ngoại", unit=outside, role=rules.Role.OFFICER),
        "citizen": make_user("congdan", "Đặng Văn Dân"),
    }
    return World(
        province=province,
        district=district,
        commune=commune,
        hamlet=hamlet,
        other_commune=other,
        other_province=neighbor,
        outsider_commune=outside,
        system=scopes.system("test"),
        **{f"{name}_user": user for name, user in people.items()},
        **{name: queries.scope_for(user) for name, user in people.items()},
    )


@pytest.fixture
def world(db):
    return make_world()
