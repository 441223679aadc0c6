"""Checks of secrets: where they come from, how strong they are, who can read them."""

import pwd
import stat
from collections.abc import Iterator, Mapping
from pathlib import Path
from urllib.parse import urlsplit

from loa.accounts.oidc import providers
from loa.accounts.oidc.providers import Fault
from loa.box import postgres, secret_files
from loa.box.doctor.register import Facts, Found, Severity, check
from loa.box.saying import gettext_noop
from loa.box.secret_files import Kind

_DEFAULT = "only-for-checks-and-tests"
_SETTING_OF = {"LOA_SECRET_KEY": "SECRET_KEY", "LOA_DEVICE_SECRET": "LOA_DEVICE_SECRET"}
_NAMES = ("LOA_SECRET_KEY", "LOA_DEVICE_SECRET", "LOA_FACTOR_KEY")
_URLS = ("LOA_DATABASE_URL", "LOA_DATABASE_OWNER_URL", "LOA_MQTT_URL")
_SHORTEST = 32
_FEWEST_LETTERS = 10
_CLOSED = ("keys", "secrets", "postgres", "log", "run")


@check(
    "secret_default",
    Severity.UNSAFE,
    means=gettext_noop("Anybody who knows the program can forge sessions or devices."),
    cure=gettext_noop("Run `loa up` or `loa prepare` once, or put a secret into a file: openssl rand -base64 48"),
    covers=("SECRET_KEY", "LOA_DEVICE_SECRET", "LOA_FACTOR_KEY"),
)
def secret_default(facts: Facts) -> Iterator[Found]:
    """Find the secret that stands in the code."""
    for name, setting in _SETTING_OF.items():
        if getattr(facts.settings, setting) == _DEFAULT:
            yield Found(gettext_noop("%(name)s is not set: the one in the code is used."), {"name": name})


@check(
    "secret_weak",
    Severity.UNSAFE,
    means=gettext_noop("The secret can be guessed, and with it sessions or devices forged."),
    cure=gettext_noop("Make a new one: openssl rand -base64 48. A new LOA_SECRET_KEY signs everybody out."),
)
def secret_weak(facts: Facts) -> Iterator[Found]:
    """Find secrets that are short, plain, or the same twice."""
    values = {name: str(getattr(facts.settings, setting)) for name, setting in _SETTING_OF.items()}
    for name, value in values.items():
        if value != _DEFAULT and (len(value) < _SHORTEST or len(set(value)) < _FEWEST_LETTERS):
            yield Found(gettext_noop("%(name)s is short or plain."), {"name": name})
    if len(set(values.values())) < len(values) and _DEFAULT not in values.values():
        yield Found(gettext_noop("%(name)s and %(other)s are the same."),
                    {"name": "LOA_SECRET_KEY", "other": "LOA_DEVICE_SECRET"})  # fmt: skip


@check(
    "secret_in_environment",
    Severity.RISKY,
    means=gettext_noop("Children, crash reports and whoever may look at the process see the environment."),
    cure=gettext_noop("Put it into a file: NAME_FILE, or LoadCredential= in the unit (deploy/systemd)."),
    covers=("LOA_DATABASE_URL", "LOA_DATABASE_OWNER_URL", "LOA_MQTT_URL"),
)
def secret_in_environment(facts: Facts) -> Iterator[Found]:
    """Find secrets, and addresses with a password, in the environment."""
    for name in _NAMES:
        if secret_files.source(name, facts.given, facts.home).kind is Kind.VARIABLE:
            yield Found(gettext_noop("%(name)s stands in the environment."), {"name": name})
    for name in _URLS:
        if facts.given.get(name) and urlsplit(facts.given[name]).password:
            yield Found(gettext_noop("%(name)s stands in the environment."), {"name": name})


@check(
    "secret_readable",
    Severity.UNSAFE,
    means=gettext_noop("Other accounts of this machine can read a secret, or put another in its place."),
    cure=gettext_noop("Close the file and the folder: chmod 600, chmod 700, owned by the account that runs Loa."),
)
def secret_readable(facts: Facts) -> Iterator[Found]:
    """Find files of secrets and keys that are open to others."""
    files = [secret_files.source(name, facts.given, facts.home).file for name in (*_NAMES, *_URLS)]
    files += sorted(Path(facts.settings.KEY_FOLDER).glob("*")) if Path(facts.settings.KEY_FOLDER).is_dir() else []
    for file in filter(None, files):
        if file.is_file() and stat.S_IMODE(file.stat().st_mode) & 0o027:
            yield Found(gettext_noop("%(file)s is open to others."), {"file": file})


@check(
    "home_open",
    Severity.UNSAFE,
    means=gettext_noop("Other accounts of this machine can read keys, logs or the database's files."),
    cure=gettext_noop("Close the folder: chmod 700."),
    covers=("LOA_HOME", "KEY_FOLDER", "MEDIA_FOLDER"),
)
def home_open(facts: Facts) -> Iterator[Found]:
    """Find folders of the state that others can enter or list, or that belong to another account."""
    if not facts.home.is_dir():
        return
    owner = facts.home.stat().st_uid
    cluster = facts.home / "postgres"
    # Root leaves PostgreSQL to another account: that one passes through a folder of root's to its own
    passed = [cluster] if owner == 0 else []
    closed = {facts.home / name: {owner, 0} for name in _CLOSED if facts.home / name not in passed}
    closed[cluster / "data"] = postgres.accounts_of(owner)
    for folder, owners in closed.items():
        if folder.is_dir() and stat.S_IMODE(folder.stat().st_mode) & 0o077:
            yield Found(gettext_noop("%(file)s is open to others."), {"file": folder})
        if folder.is_dir() and folder.stat().st_uid not in owners:
            yield Found(gettext_noop("%(file)s belongs to another account: %(owner)s"),
                        {"file": folder, "owner": _account_of(folder)})  # fmt: skip
    for folder in (Path(facts.settings.MEDIA_FOLDER), *passed):
        if folder.is_dir() and stat.S_IMODE(folder.stat().st_mode) & 0o066:
            yield Found(gettext_noop("%(file)s can be listed by others."), {"file": folder})


@check(
    "providers_readable",
    Severity.UNSAFE,
    means=gettext_noop("The secrets of sign-in providers can be read by other accounts of this machine."),
    cure=gettext_noop("Close the file: chmod 600."),
    covers=("LOA_OIDC_PROVIDERS_FILE",),
)
def providers_readable(facts: Facts) -> Iterator[Found]:
    """Find the file of sign-in providers open to others."""
    if not facts.settings.LOA_OIDC_PROVIDERS_FILE:
        return
    file = Path(facts.settings.LOA_OIDC_PROVIDERS_FILE)
    if file.is_file() and stat.S_IMODE(file.stat().st_mode) & 0o027:
        yield Found(gettext_noop("%(file)s is open to others."), {"file": file})


_FAULTS: Mapping[Fault, str] = {
    Fault.UNREADABLE: gettext_noop("%(file)s cannot be read: %(about)s"),
    Fault.NO_JSON: gettext_noop("%(file)s is not written as JSON."),
    Fault.NO_LIST: gettext_noop("%(file)s holds no list of providers."),
    Fault.MISSING: gettext_noop("%(file)s has a provider that lacks, or has not as words: %(about)s"),
    Fault.BAD_SLUG: gettext_noop("%(file)s has a slug that is not of small letters, digits and hyphens: %(about)s"),
    Fault.UNSAFE_ISSUER: gettext_noop("%(file)s has an issuer that is not spoken to by https: %(about)s"),
    Fault.NO_SECRET: gettext_noop("%(file)s names a file of a secret that cannot be read: %(about)s"),
    Fault.TWICE: gettext_noop("%(file)s has two providers with one slug or one issuer."),
}


@check(
    "providers_broken",
    Severity.UNSAFE,
    means=gettext_noop("Nobody can sign in through a provider until it is mended."),
    cure=gettext_noop("Mend the file as docs/how-to/sign-in.md shows it, then ask the doctor again."),
)
def providers_broken(facts: Facts) -> Iterator[Found]:
    """Find a file of sign-in providers that is missing or cannot be used, and say what is wrong with it."""
    if not facts.settings.LOA_OIDC_PROVIDERS_FILE:
        return
    file = Path(facts.settings.LOA_OIDC_PROVIDERS_FILE)
    try:
        providers.read(file)
    except providers.BadProviders as wrong:
        yield Found(_FAULTS[wrong.fault], {"file": file, "about": wrong.about})


def _account_of(folder: Path) -> str:
    number = folder.stat().st_uid
    try:
        return pwd.getpwuid(number).pw_name
    except KeyError:
        return str(number)
