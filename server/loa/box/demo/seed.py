"""Seeds the demonstration once; run again it finds everything there."""

import json
import os
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import transaction

from loa.accounts.models import User
from loa.box.demo import fleet, history, people, province
from loa.box.saying import step
from loa.devices import commands as devices
from loa.devices.models import Device
from loa.kernel import clock
from loa.kernel import scope as scopes
from loa.media import speech
from loa.media.rules import PreparedClip
from loa.orgs import commands as orgs
from loa.orgs import queries as units_of
from loa.orgs.models import Unit

_SCOPE = scopes.system("demo")


def folder() -> Path:
    """Return where the demonstration keeps its own files."""
    return settings.LOA_HOME / "demo"


def run() -> None:
    """Seed what is missing: one transaction, so that a cut leaves nothing half-made."""
    now = clock.now()
    folder().mkdir(mode=0o700, parents=True, exist_ok=True)
    if User.objects.filter(username=people.PEOPLE[0].username).exists():
        _refresh_identities(_units(), now=now)
        step("The province is as you left it")
        return
    with ThreadPoolExecutor(max_workers=1) as pool:
        speaking = pool.submit(_clips)
        with transaction.atomic():
            orgs.import_units(_SCOPE, province_code=province.PROVINCE)
            units = _units()
            persons = people.settle(_SCOPE, units, home=settings.LOA_HOME, now=now)
            clusters = fleet.place(_SCOPE, units)
            _identities(units, clusters, now=now)
            history.tell(persons, units, clips=speaking.result(), devices=[cluster.pk for cluster in clusters], now=now)
    step("The province is there: %(communes)s communes with %(count)s simulated clusters and one real agent",
         communes=len(province.COMMUNES), count=len(clusters) - 1)  # fmt: skip


def agent_file() -> Path:
    """Return the file with the code by which the real agent enrols."""
    return folder() / "agent.json"


def identities_file() -> Path:
    """Return the file with the simulated clusters' identities."""
    return folder() / "identities.jsonl"


def _refresh_identities(units: dict[str, Unit], *, now: datetime) -> None:
    """Make identities anew when the ports have changed, or a file is gone: devices were told where to connect."""
    if identities_file().exists() and _told() == _doors():
        return
    clusters = fleet.found(units)
    clusters.sort(key=lambda cluster: cluster.name == province.AGENT_NAME)
    _identities(units, clusters, now=now)


def _identities(units: dict[str, Unit], clusters: list[Device], *, now: datetime) -> None:
    ids, agent = [cluster.pk for cluster in clusters], clusters[-1]
    fleet.write_identities(_SCOPE, units[province.PROVINCE], ids=ids, file=identities_file(), now=now)
    code = devices.issue_code(_SCOPE, agent, now=now)
    with os.fdopen(os.open(agent_file(), os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as kept:
        json.dump({"code": code, "device": str(agent.pk), "doors": _doors()}, kept)


def _told() -> object:
    try:
        return json.loads(agent_file().read_text())["doors"]
    except (OSError, ValueError, KeyError):
        return None


def _doors() -> list[str | int]:
    return [settings.LOA_PUBLIC_URL, settings.LOA_MQTT_URL or settings.LOA_MQTT_PORT]


def _clips() -> dict[str, PreparedClip]:
    return {words.title: speech.speak(words.text) for words in (province.EARLY, province.MORNING)}


def _units() -> dict[str, Unit]:
    wanted = (province.PROVINCE, *province.COMMUNES)
    return {unit.code: unit for unit in units_of.units(_SCOPE).filter(code__in=wanted)}
