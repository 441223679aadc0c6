"""A small world every room's tests stand in: real units, one person of each kind, and their scopes."""

import functools
import pickle
from dataclasses import dataclass, replace
from datetime import UTC, datetime

import pytest
from django.db import connection, transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from loa.accounts.models import User
from loa.accounts.passwords import hashed
from loa.kernel import clock, text
from loa.kernel import scope as scopes
from loa.kernel.scope import Scope
from loa.orgs import queries, rules
from loa.orgs.models import Grant, Unit

PASSWORD = "con-ga-trong-2024"
"""Everybody's password in this world."""

LONG_HELD = DateTimeTZRange(datetime(2020, 1, 1, tzinfo=UTC), None)
"""When everybody's rights began: a test may set its clock to any later day."""


_ROWS = """
SELECT (SELECT jsonb_agg(to_jsonb(t))::text FROM orgs_unit AS t),
       (SELECT jsonb_agg(to_jsonb(t))::text FROM accounts_user AS t),
       (SELECT jsonb_agg(to_jsonb(t))::text FROM orgs_grant AS t)
"""
_BRING_BACK = """
INSERT INTO orgs_unit SELECT * FROM jsonb_populate_recordset(NULL::orgs_unit, %s);
INSERT INTO accounts_user SELECT * FROM jsonb_populate_recordset(NULL::accounts_user, %s);
INSERT INTO orgs_grant SELECT * FROM jsonb_populate_recordset(NULL::orgs_grant, %s);
"""


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


PEOPLE = tuple(name.removesuffix("_user") for name in World.__annotations__ if name.endswith("_user"))


@functools.cache
def _kept_password() -> str:
    return hashed(PASSWORD)


def make_unit(**about):
    unit = _unit(**about)
    unit.save()
    return unit


def make_user(username, full_name, *, unit=None, role=None, must_change=False):
    user = _user(username, full_name, unit=unit, must_change=must_change)
    user.save()
    if role is not None:
        Grant.objects.create(user=user, role_id=role.value, unit=unit, during=LONG_HELD, granted_at=LONG_HELD.lower)
    return user


def _unit(*, code, name, level, parent=None, sort_order=0):
    return Unit(
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


def _user(username, full_name, *, unit=None, must_change=False):
    return User(
        username=username,
        full_name=full_name,
        password=_kept_password(),
        must_change_password=must_change,
        unit_path=unit.path if unit else "",
    )


def make_world() -> World:
    """Make it in few statements."""
    province = _unit(code="26", name="Tỉnh Vĩnh Phúc", level=rules.Level.PROVINCE)
    neighbor = _unit(code="19", name="Tỉnh Thái Nguyên", level=rules.Level.PROVINCE, sort_order=20)
    Unit.objects.bulk_create([province, neighbor])
    district = _unit(code="251", name="Huyện Yên Lạc", level=rules.Level.DISTRICT, parent=province, sort_order=1)
    outside = _unit(code="05440", name="Xã Sơn Cẩm", level=rules.Level.COMMUNE, parent=neighbor, sort_order=21)
    Unit.objects.bulk_create([district, outside])
    commune = _unit(code="09043", name="Xã Tam Hồng", level=rules.Level.COMMUNE, parent=district, sort_order=2)
    other = _unit(code="09037", name="Xã Đồng Cương", level=rules.Level.COMMUNE, parent=district, sort_order=9)
    Unit.objects.bulk_create([commune, other])
    hamlet = make_unit(code="09043.01", name="Thôn Phù Lưu", level=rules.Level.HAMLET, parent=commune, sort_order=3)

    posts = {
        "province_editor": ("bientap", "Nguyễn Thị Biên", province, rules.Role.EDITOR),
        "officer": ("canbo", "Trần Văn Cán", commune, rules.Role.OFFICER),
        "leader": ("lanhdao", "Lê Thị Lãnh", commune, rules.Role.LEADER),
        "monitor": ("giamsat", "Phạm Văn Giám", province, rules.Role.MONITOR),
        "technician": ("kythuat", "Hoàng Văn Kỹ", province, rules.Role.TECHNICIAN),
        "administrator": ("quantri", "Vũ Thị Quản", province, rules.Role.ADMINISTRATOR),
        "other_officer": ("canbo2", "Đỗ Văn Hai", other, rules.Role.OFFICER),
        "outsider": ("nguoingoai", "Bùi Thị Ngoại", outside, rules.Role.OFFICER),
        "citizen": ("congdan", "Đặng Văn Dân", None, None),
    }
    people = {name: _user(username, full, unit=unit) for name, (username, full, unit, _role) in posts.items()}
    User.objects.bulk_create(people.values())
    Grant.objects.bulk_create(
        Grant(user=people[name], role_id=role.value, unit=unit, during=LONG_HELD, granted_at=LONG_HELD.lower)
        for name, (_u, _f, unit, role) in posts.items()
        if role
    )
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
        **{name: replace(queries.scope_for(user), is_fresh=True) for name, user in people.items()},
    )


@dataclass(frozen=True, slots=True)
class Kept:
    """A world that was made once: its rows, and itself pickled, so that no test changes another one's."""

    rows: tuple[str, ...]
    pickled: bytes

    def bring_back(self) -> World:
        """Make it again in one statement, with the same ids; whoever is in it has just been looked up."""
        with connection.cursor() as cursor:
            cursor.execute(_BRING_BACK, self.rows)
        kept = pickle.loads(self.pickled)  # noqa: S301 - our own
        seen_at = clock.now()
        return replace(kept, **{name: replace(getattr(kept, name), as_of=seen_at) for name in PEOPLE})


@pytest.fixture(scope="session")
def kept_world(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), transaction.atomic():
        made = make_world()
        with connection.cursor() as cursor:
            cursor.execute(_ROWS)
            kept = Kept(cursor.fetchone(), pickle.dumps(made))
        transaction.set_rollback(True)
    return kept


@pytest.fixture
def world(db, kept_world):
    return kept_world.bring_back()
