"""The people of the demonstration: one for each role, with passwords made for this box."""

import os
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from loa.accounts import commands as accounts
from loa.accounts.models import User
from loa.box.demo import province
from loa.box.saying import plain
from loa.kernel.scope import Scope
from loa.orgs import commands as orgs
from loa.orgs.models import Unit
from loa.orgs.rules import Role

FILE = "demo-accounts.txt"
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """One who signs in. `at_home` is the home commune; otherwise the province."""

    username: str
    full_name: str
    role: Role
    at_home: bool


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


def settle(scope: Scope, units: Mapping[str, Unit], *, home: Path) -> dict[str, User]:
    """Return the people, with their roles; those who are new get a password, kept for their owner in one file."""
    known = {user.username: user for user in User.objects.filter(username__in=[one.username for one in PEOPLE])}
    missing = [person for person in PEOPLE if person.username not in known]
    passwords = {person.username: _password() for person in missing}
    for person in missing:
        unit = units[province.HOME if person.at_home else province.PROVINCE]
        user = accounts.create_user(
            scope, username=person.username, full_name=person.full_name, password=passwords[person.username],
            must_change=False, unit_path=unit.path,
        )  # fmt: skip
        orgs.grant(scope, unit, user=user, role=person.role)
        known[person.username] = user
    if passwords:
        _keep(home / FILE, passwords)
    return known


def accounts_of(home: Path) -> dict[str, str]:
    """Return the passwords by name that were kept for this box's owner."""
    lines = (home / FILE).read_text().splitlines()
    return dict(line.split("\t")[:2] for line in lines)


def show(home: Path) -> None:
    """Print the accounts."""
    roles = {person.username: person.role.value for person in PEOPLE}
    for name, password in accounts_of(home).items():
        plain("    %(name)-10s %(password)-16s %(role)s", name=name, password=password, role=roles.get(name, ""))


def _keep(file: Path, passwords: Mapping[str, str]) -> None:
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as kept:
        os.fchmod(kept.fileno(), 0o600)
        kept.writelines(f"{name}\t{password}\n" for name, password in passwords.items())


def _password() -> str:
    return "-".join("".join(secrets.choice(_LETTERS) for _ in range(4)) for _ in range(3))
