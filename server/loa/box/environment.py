"""The environment the parts of a box share; the only module besides the settings that touches it."""

import os
import runpy
import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from urllib.parse import urlsplit

from loa.box import reading, secret_files

_SETTINGS = Path(__file__).resolve().parent.parent / "settings" / "__init__.py"
_SECRETS = ("LOA_SECRET_KEY", "LOA_DEVICE_SECRET", "LOA_FACTOR_KEY")


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a box keeps its state and which doors it opens. Read from the environment, defaults as in the settings."""

    home: Path
    port: int
    mqtt_port: int
    bind: str
    database_url: str
    owner_url: str
    mqtt_url: str
    public_url: str = ""
    given: frozenset[str] = field(default_factory=frozenset)
    is_demo: bool = False

    @property
    def url(self) -> str:
        """The address people open."""
        return self.public_url or f"http://127.0.0.1:{self.port}"

    def moved(self, port: int, mqtt_port: int) -> "Place":
        """Return the place with other doors; a public address that names this machine's old door names the new one."""
        parts = urlsplit(self.public_url)
        is_ours = parts.hostname in {"localhost", "127.0.0.1", "::1"} and parts.port == self.port
        public_url = f"{parts.scheme}://{parts.netloc.rpartition(':')[0]}:{port}" if is_ours else self.public_url
        return replace(self, port=port, mqtt_port=mqtt_port, public_url=public_url)

    @property
    def variables(self) -> Mapping[str, str]:
        """What every part of this box finds in its environment."""
        own = {
            "LOA_HOME": str(self.home),
            "LOA_PORT": str(self.port),
            "LOA_MQTT_PORT": str(self.mqtt_port),
            "LOA_PUBLIC_URL": self.url,
            "LOA_DEMO": str(int(self.is_demo)),
            "PYTHONUNBUFFERED": "1",
        }
        if os.environ.get("PYTHONDONTWRITEBYTECODE"):  # a box of six processes would compile everything six times
            own |= {"PYTHONDONTWRITEBYTECODE": "", "PYTHONPYCACHEPREFIX": str(self.home / "bytecode")}
        return {**os.environ, **own}


def place(repository: Path) -> Place:
    """Return the place this command runs in. Whatever it starts counts its seconds from here, or from the wrapper."""
    os.environ.setdefault("LOA_STARTED_AT", repr(time.time()))
    get, told = os.environ.get, reading.Reader(os.environ)
    home = Path(get("LOA_HOME") or repository / "var").resolve()
    database_url = told.secret("LOA_DATABASE_URL", home)
    return Place(
        home=home,
        port=told.port("LOA_PORT", default=8080),
        mqtt_port=told.port("LOA_MQTT_PORT", default=1883),
        bind=get("LOA_BIND") or "127.0.0.1",
        database_url=database_url,
        owner_url=told.secret("LOA_DATABASE_OWNER_URL", home) or database_url,
        mqtt_url=told.secret("LOA_MQTT_URL", home),
        public_url=told.address("LOA_PUBLIC_URL", schemes=("https", "http")),
        is_demo=get("LOA_DEMO") == "1",
        given=frozenset(name for name in ("LOA_PORT", "LOA_MQTT_PORT") if get(name)),
    )


def examine() -> None:
    """Raise `WrongSetting` for the first variable that no process of ours could use. Imports nothing for good."""
    runpy.run_path(str(_SETTINGS))


def inherited() -> Mapping[str, str]:
    """Return the environment this process was given."""
    return dict(os.environ)


def adopt(where: Place) -> None:
    """Let this process itself read the settings of the place; before Django is imported."""
    os.environ.update(where.variables)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "loa.settings")


def make_secrets(home: Path) -> None:
    """Make the secrets of a state folder once, readable by their owner only."""
    folder = home / "secrets"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder.chmod(0o700)
    for name in _SECRETS:
        file = folder / name.removeprefix("LOA_").lower()
        if secret_files.source(name, os.environ, home).kind is not secret_files.Kind.NONE or file.exists():
            continue
        half = file.with_suffix(".part")
        half.unlink(missing_ok=True)
        with os.fdopen(os.open(half, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as made:
            made.write(secrets.token_urlsafe(48) + "\n")
            made.flush()
            os.fsync(made.fileno())
        half.replace(file)
