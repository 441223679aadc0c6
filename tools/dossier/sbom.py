"""The list of parts in CycloneDX: locked Python packages with digests, files for browsers, parts of Debian."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from cyclonedx.model import HashAlgorithm, HashType, Property
from cyclonedx.model.bom import Bom
from cyclonedx.model.component import Component, ComponentScope, ComponentType
from cyclonedx.output import make_outputter
from cyclonedx.schema import OutputFormat, SchemaVersion
from packageurl import PackageURL

from tools.dossier.data import ROOT

_LOCKED = re.compile(r"^([A-Za-z0-9._-]+)==([^\s;\\]+)(?: *; *([^\\\n]+?))? *\\?$")
_DIGEST = re.compile(r"--hash=sha256:([0-9a-f]{64})")

DEBIAN = {
    "clamav-daemon": "search for malicious software",
    "mosquitto": "MQTT broker of a province",
    "nginx": "TLS and files in front",
    "postgresql": "database of a province",
}
"""Parts an operator brings from Debian, whose fixes come from there: named without a version."""

BROWSER = {"htmx.org": "django_htmx"}
"""Files for browsers that a Python package brings, each with the package."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Locked:
    """One line of a lock: `condition` says for which Python or machine, empty for all."""

    name: str
    version: str
    condition: str
    digests: tuple[str, ...]


def locked(lock: str = "speech") -> Iterator[Locked]:
    """Yield the packages of a lock; that of speech holds all that may run on a server."""
    text = (ROOT / "requirements" / f"{lock}.txt").read_text("utf-8")
    for entry in re.split(r"\n(?=[A-Za-z0-9])", text):
        match = _LOCKED.match(entry.split("\n", 1)[0])
        if match is not None:
            name, version, condition = match[1], match[2], match[3] or ""
            yield Locked(name=name, version=version, condition=condition, digests=tuple(_DIGEST.findall(entry)))


def bom() -> Bom:
    """Return the list of parts of what runs on a server."""
    made = Bom()
    made.metadata.component = Component(name="loa", type=ComponentType.APPLICATION, version=_version())
    direct = _asked_for()
    everywhere = {part.name for part in locked("runtime")}
    for part in locked():
        component = _python(part)
        if part.name not in everywhere:
            component.scope = ComponentScope.OPTIONAL
        made.components.add(component)
        made.register_dependency(made.metadata.component, [component] if part.name.lower() in direct else [])
    for name, package in sorted(BROWSER.items()):
        made.components.add(
            Component(
                name=name, type=ComponentType.LIBRARY, version=_htmx_version(),
                purl=PackageURL("npm", None, name, _htmx_version()),
                properties=[Property(name="loa:brought-by", value=package)],
            )
        )  # fmt: skip
    for name, what in sorted(DEBIAN.items()):
        made.components.add(
            Component(
                name=name, type=ComponentType.APPLICATION, description=what, scope=ComponentScope.OPTIONAL,
                purl=PackageURL("deb", "debian", name),
            )
        )  # fmt: skip
    return made


def as_json() -> str:
    """Return the list as CycloneDX JSON 1.6."""
    return make_outputter(bom(), OutputFormat.JSON, SchemaVersion.V1_6).output_as_string(indent=2)


def _python(part: Locked) -> Component:
    return Component(
        name=part.name,
        version=part.version,
        type=ComponentType.LIBRARY,
        purl=PackageURL("pypi", None, part.name.lower().replace("_", "-"), part.version),
        bom_ref=f"pypi:{part.name}@{part.version}{part.condition and ';' + part.condition}",
        hashes=[HashType(alg=HashAlgorithm.SHA_256, content=digest) for digest in part.digests],
        properties=[Property(name="loa:condition", value=part.condition)] if part.condition else [],
    )


def _asked_for() -> set[str]:
    """Return what we ask for ourselves; the rest comes along with these."""
    lines = [
        line.strip()
        for lock in ("runtime", "speech")
        for line in (ROOT / "requirements" / f"{lock}.in").read_text("utf-8").splitlines()
    ]
    return {re.split(r"[\[<>=~! ]", line, maxsplit=1)[0].lower() for line in lines if line and line[0] != "-"}


def _version() -> str:
    match = re.search(r'^version = "([^"]+)"', (ROOT / "server" / "pyproject.toml").read_text("utf-8"), re.MULTILINE)
    return match[1] if match else "0"


def _htmx_version() -> str:
    """Return the version of htmx as the file itself tells it."""
    import django_htmx

    file = Path(str(django_htmx.__file__)).parent / "static" / "django_htmx" / "htmx-2.min.js"
    match = re.search(r'version:"([^"]+)"', file.read_text("utf-8"))
    return match[1] if match else ""
