"""The fleet of the demonstration: hamlets, clusters near their commune, identities for the simulator."""

import json
import math
import os
import random
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from uuid import UUID

from loa.box.demo import province
from loa.devices import commands as devices
from loa.devices.commands import NewDevice
from loa.devices.models import Device
from loa.kernel.scope import Scope
from loa.orgs import commands as orgs
from loa.orgs.models import Unit

_SEED = 26
_AROUND_KM = 1.2
_Place = tuple[float | None, float | None]


def found(units: Mapping[str, Unit]) -> list[Device]:
    """Return the clusters that stand already, by unit and name."""
    below = units[province.PROVINCE].path
    held = Device.objects.unscoped("the demonstration looks at its own").filter(
        is_demo=True, unit__path__startswith=f"{below}/"
    )
    return list(held.select_related("unit").order_by("unit__path", "name", "pk"))


def place(scope: Scope, units: Mapping[str, Unit]) -> list[Device]:
    """Add hamlets to the communes and clusters to the hamlets; return the clusters, the agent's last."""
    chance = random.Random(_SEED)  # noqa: S311 - the same picture on every box, nothing secret
    entries: list[NewDevice] = []
    counts = _counts()
    for code, count in counts.items():
        commune = units[code]
        hamlets = [
            _hamlet(scope, commune, name=name, code=f"{code}.{number:02}", place=_near(commune, chance))
            for number, name in enumerate(province.HAMLETS, start=1)
        ]
        for number in range(count):
            hamlet = hamlets[number % len(hamlets)]
            name = f"Cụm loa {hamlet.name.removesuffix(' (mẫu)')} {number // len(hamlets) + 1}"
            entries.append(_cluster(name, hamlet, _near(hamlet, chance)))
    home = units[province.HOME]
    entries.append(_cluster(province.AGENT_NAME, home, _near(home, chance)))
    return devices.register_many(scope, units[province.PROVINCE], entries=entries)


def write_identities(scope: Scope, unit: Unit, *, ids: Sequence[UUID], file: Path, now: datetime) -> None:
    """Give the clusters their keys and write what each but the last was told, for the simulator only.

    The last is the real agent's. It counts as enrolled from now on, and takes an identity of its own by its code.
    """
    *enrolments, _agent = devices.provision_fleet(scope, unit, device_ids=ids, now=now)
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    half = file.with_suffix(".part")
    half.unlink(missing_ok=True)
    with os.fdopen(os.open(half, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as out:
        out.writelines(json.dumps(enrolment.answer()) + "\n" for enrolment in enrolments)
    half.replace(file)


def _counts() -> dict[str, int]:
    """Return how many simulated clusters each commune has: the home commune one less than its own, for the agent."""
    home = province.HOME_CLUSTERS - 1
    others = [code for code in province.COMMUNES if code != province.HOME]
    each, rest = divmod(province.SIMULATED - home, len(others))
    return {province.HOME: home} | {code: each + (number < rest) for number, code in enumerate(others)}


def _hamlet(scope: Scope, commune: Unit, *, name: str, code: str, place: _Place) -> Unit:
    return orgs.add_hamlet(scope, commune, name=name, code=code, latitude=place[0], longitude=place[1], is_demo=True)


def _cluster(name: str, unit: Unit, place: _Place) -> NewDevice:
    return NewDevice(name=name, unit=unit, latitude=place[0], longitude=place[1], is_demo=True)


def _near(unit: Unit, chance: random.Random) -> _Place:
    if unit.latitude is None or unit.longitude is None:
        return None, None
    way, far = chance.uniform(0, 2 * math.pi), _AROUND_KM * math.sqrt(chance.random())
    return (
        round(unit.latitude + far * math.sin(way) / 111.0, 6),
        round(unit.longitude + far * math.cos(way) / (111.0 * math.cos(math.radians(unit.latitude))), 6),
    )
