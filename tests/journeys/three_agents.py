"""Three agents of their own, one in each of three hamlets of the demonstration, that record what they play."""

import subprocess
import sys
from contextlib import ExitStack, contextmanager

from loa.box.demo import province

AGENT = [sys.executable, "-c", "from loa_agent.cli import main; raise SystemExit(main())"]

_PREPARE = """
from loa.devices import commands as devices
from loa.kernel import clock, scope as scopes
from loa.orgs import queries as orgs
system = scopes.system("test")
unit = orgs.unit_by_code(system, facts["commune"])
hamlets = sorted(orgs.units(system).filter(parent=unit), key=lambda one: one.path)[:3]
found = []
for hamlet in hamlets:
    device = devices.register(system, hamlet, name="Cụm thử " + hamlet.name, kind="loudspeaker")
    found.append({"id": str(device.pk), "code": devices.issue_code(system, device, now=clock.now()),
                  "hamlet": hamlet.pk, "name": hamlet.name})
print(json.dumps(found))
"""
_SHUT_OUT = """
from loa.devices import commands as devices, queries
from loa.kernel import clock, scope as scopes
system = scopes.system("test")
for name in facts["ids"]:
    devices.revoke(system, queries.get(system, __import__("uuid").UUID(name)), now=clock.now())
"""


@contextmanager
def running(box, folder):
    """Enrol and start them; yield their facts, each with the folder of its recordings. At the end they are revoked."""
    facts = box.ask(_PREPARE, commune=province.HOME)
    with ExitStack() as stack:
        for one in facts:
            home = folder / one["id"]
            subprocess.run(
                [*AGENT, "enrol", "--server", box.url, "--code", one["code"], "--home", str(home)],
                check=True,
                timeout=60,
            )
            process = subprocess.Popen([*AGENT, "run", "--home", str(home), "--output", "wav"])
            stack.callback(_end, process)
            one["recordings"] = home / "recordings"
        here = "SELECT count(*) FROM devices_device WHERE connected AND id = ANY(%s::uuid[])"
        box.until(lambda: box.scalar(here, [one["id"] for one in facts]) == len(facts))
        yield facts
    box.ask(_SHUT_OUT, ids=[one["id"] for one in facts])


def _end(process):
    process.terminate()
    process.wait(20)
