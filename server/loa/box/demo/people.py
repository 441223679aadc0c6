"""The people of the demonstration: one for each role, with passwords made for this box."""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from loa.accounts import commands as accounts
from loa.accounts import totp
from loa.accounts.models import User
from loa.box.demo import province
from loa.box.people import new_password
from loa.kernel.scope import Scope
from loa.orgs import commands as orgs
from loa.orgs.models import Unit
from loa.orgs.rules import Role

FILE = "demo-accounts.txt"


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """One who signs in. `at_home` is the home commune; otherwise the province."""

    username: str
    full_name: str
    role: Role
    at_home: bool


WITH_FACTOR = frozenset({Role.LEADER, Role.EDITOR, Role.TECHNICIAN, Role.ADMINISTRATOR})
"""Who decides, sends down, controls or administers."""

OFFICER, LEADER, EDITOR, PROVINCE_LEADER = "canbo", "lanhdao", "bientap", "lanhdaotinh"

PEOPLE: Sequence[Person] = (
    Person(username=OFFICER, full_name="Nguyễn Thị Mẫu", role=Role.OFFICER, at_home=True),
    Person(username=LEADER, full_name="Trần Văn Mẫu", role=Role.LEADER, at_home=True),
    Person(username="kythuat", full_name="Lê Văn Thử", role=Role.TECHNICIAN, at_home=True),
    Person(username=PROVINCE_LEADER, full_name="Đỗ Văn Thử", role=Role.LEADER, at_home=False),
    Person(username=EDITOR, full_name="Phạm Thị Thử", role=Role.EDITOR, at_home=False),
    Person(username="giamsat", full_name="Hoàng Văn Mẫu", role=Role.MONITOR, at_home=False),
    Person(username="quantri", full_name="Vũ Thị Thử", role=Role.ADMINISTRATOR, at_home=False),
)


def settle(scope: Scope, units: Mapping[str, Unit], *, home: Path, now: datetime) -> dict[str, User]:
    """Add the people with their roles and return them by name; passwords are kept for the box's owner in one file."""
    passwords = {person.username: new_password() for person in PEOPLE}
    known: dict[str, User] = {}
    for person in PEOPLE:
        unit = units[province.HOME if person.at_home else province.PROVINCE]
        user = accounts.create_user(
            scope, username=person.username, full_name=person.full_name, password=passwords[person.username],
            must_change=False, unit_path=unit.path, is_demo=True,
        )  # fmt: skip
        if person.role in WITH_FACTOR:
            _give_app(scope, user, now=now)
        orgs.grant(scope, unit, user=user, role=person.role)
        known[person.username] = user
    _keep(home / FILE, passwords)
    return known


def _give_app(scope: Scope, user: User, *, now: datetime) -> None:
    """Let a made-up person have an app; nobody holds its phone, so the pages of the demonstration show its code."""
    secret, before = totp.new_secret(), totp.step_at(now) - 1
    accounts.add_totp(scope, user, secret=secret, code=totp.code(secret, before), now=now)


def _keep(file: Path, passwords: Mapping[str, str]) -> None:
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as kept:
        os.fchmod(kept.fileno(), 0o600)
        kept.writelines(
            f"{person.username}\t{passwords[person.username]}\t{_role(person)}{_hint(person)}\n" for person in PEOPLE
        )


def _hint(person: Person) -> str:
    return "\tand a code, which the page shows" if person.role in WITH_FACTOR else ""


def _role(person: Person) -> str:
    return person.role.value if person.at_home else f"{person.role.value} (province)"
