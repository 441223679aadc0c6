"""The addresses of the frame, and those that answer everybody."""

from loa.orgs import commands as organizing
from loa.shell.tests.addresses.kinds import Open, Own


def post(world):
    return {"pk": organizing.open_post(world.system, world.commune, title="Chánh văn phòng", role="monitor").pk}


def commune(world):
    return {"code": world.commune.code}


ENTRIES = {
    "/": Open(why="leads to the desk", statuses=frozenset({302})),
    "/healthz": Open(why="says only that the process lives", statuses=frozenset({200})),
    "/readyz": Open(why="says only what is missing", statuses=frozenset({200, 503})),
    "/metrics": Open(why="figures without names", statuses=frozenset({200})),
    "shell:language": Open(why="keeps a cookie", statuses=frozenset({302, 303}), method="post"),
    "shell:theme": Open(why="keeps a cookie", statuses=frozenset({302, 303}), method="post"),
    "shell:home": Own(),
}
