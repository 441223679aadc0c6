"""Write the reference pages that are read from the code: permissions, commands, events, settings.

`python tools/reference_pages.py` writes them, a test compares.
"""

import ast
import dataclasses
import importlib
import inspect
import os
import re
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PAGES = ROOT / "docs" / "reference"
SERVER = ROOT / "server" / "loa"
SETTINGS = SERVER / "settings" / "__init__.py"
MADE = "<!-- Made by tools/reference_pages.py: change the code, then run it. -->\n"


def permissions() -> str:
    """Return the page of permission codes."""
    from django.utils import translation

    from loa.kernel import permissions as register
    from loa.orgs.rules import RIGHTS
    from tools import messages as sentences

    vietnamese = sentences.vietnamese()
    lines = ["| code | may … | được … | roles |", "|---|---|---|---|"]
    for code, words in sorted(register.declared().items()):
        with translation.override("en"):
            english = str(words)
        roles = ", ".join(role.value for role, rights in RIGHTS.items() if code in rights)
        if code == "accounts.own":
            roles = "everybody, for themselves"
        elif not roles and code in register.for_people():
            roles = "no standard role"
        lines.append(f"| `{code}` | {english} | {vietnamese.get(english, '')} | {roles or 'the program only'} |")
    text = (
        "A role holds at its unit and everything below it, unless it was given more narrowly. Roles made at a unit "
        "choose from those that people may have. How a right is decided: [rights](../explanation/rights.md)."
    )
    return _page("Permissions", text, lines)


def commands() -> str:
    """Return the page of commands."""
    from loa.kernel import command

    for door in sorted([*SERVER.glob("*/commands.py"), *SERVER.glob("*/commands/__init__.py")]):
        module = ".".join(["loa", *door.relative_to(SERVER).with_suffix("").parts])
        importlib.import_module(module.removesuffix(".__init__"))
    lines = ["| command | permission | takes | does |", "|---|---|---|---|"]
    for action, spec in sorted(command.registered().items()):
        takes = ", ".join(f"`{name}`" for name in list(inspect.signature(spec.function).parameters)[1:])
        does = (inspect.getdoc(spec.function) or "").split("\n", 1)[0]
        lines.append(f"| `{action}` | `{spec.permission}` | {takes} | {does} |")
    text = (
        "Every write goes through one of these. Each checks the right at its target's unit, runs in one transaction "
        "and is on record, refusals included."
    )
    return _page("Commands", text, lines)


def events() -> str:
    """Return the page of events."""
    from loa.kernel import events as kernel

    lines = ["| event | fields | heard by | says |", "|---|---|---|---|"]
    for name, kind in sorted(_events().items()):
        fields = ", ".join(f"`{field.name}`" for field in dataclasses.fields(kind))
        ears = sorted({f"`{ear.__module__.removeprefix('loa.')}`" for ear in kernel.listeners_of(name)})
        says = (inspect.getdoc(kind) or "").split("\n", 1)[0]
        lines.append(f"| `{name}` | {fields} | {', '.join(ears) or 'nobody yet'} | {says} |")
    text = "What has happened, told after the commit, at least once, in order per key."
    return _page("Events", text, lines)


def messages() -> str:
    """Return the page of what travels between server and devices."""
    from loa_protocol import messages as travelling
    from loa_protocol import topics

    lines = ["| topic | message | protected by | fields | says |", "|---|---|---|---|---|"]
    device, area = "{id}", "{unit-path}"
    ways = [
        (topics.down(device, topics.Down.STATE), travelling.DesiredState, "signature"),
        (topics.down(device, topics.Down.COMMAND), travelling.Command, "signature"),
        (topics.area_now(area), travelling.Now, "signature"),
        (topics.down(device, topics.Down.ACK), travelling.Ack, "seal"),
        (topics.up(device, topics.Up.HELLO), travelling.Hello, "seal"),
        (topics.up(device, topics.Up.BEAT), travelling.Beat, "seal"),
        (topics.up(device, topics.Up.EVENT), travelling.Event, "seal"),
        (topics.up(device, topics.Up.REPLY), travelling.Reply, "seal"),
    ]
    for topic, kind, guard in ways:
        fields = ", ".join(
            f"`{field.name}`{'' if field.default is field.default_factory is dataclasses.MISSING else '?'}"
            for field in dataclasses.fields(kind)
        )
        says = (inspect.getdoc(kind) or "").split("\n", 1)[0]
        lines.append(f"| `{topic}` | `{kind.__name__}` | {guard} | {fields} | {says} |")
    lines += ["", "| enumeration | values |", "|---|---|"]
    lines += [
        f"| `{words.__name__}` | {', '.join(f'`{word.value}`' for word in words)} |"
        for words in (travelling.NowKind, travelling.Verb, travelling.Outcome)
    ]
    text = (
        f"Fields with `?` may be absent. `{topics.up(device, topics.Up.GONE)}` is the last will and carries nothing. A "
        "batch of evidence is a list of `Event`. Why and how: `docs/explanation/` and `protocol/README.md`."
    )
    return _page("Messages", text, lines)


def settings() -> str:
    """Return the page of environment variables."""
    lines = ["| variable | default | for |", "|---|---|---|"]
    reading = dict(environment())
    lines += [f"| `{name}` | {reading[name]} | {TOLD.get(name, '')} |" for name in sorted(reading)]
    text = (
        "Read in `server/loa/settings/` only, when a process starts. A secret may also stand in a file: in the one "
        "that `NAME_FILE` names, or in `LOA_HOME/secrets/`."
    )
    return _page("Settings", text, lines)


def environment() -> Iterator[tuple[str, str]]:
    """Yield each variable the settings read, with its default as written."""
    for node in ast.walk(ast.parse(SETTINGS.read_text(encoding="utf-8"))):
        if not isinstance(node, ast.Call) or not node.args:
            continue
        called = ast.unparse(node.func)
        first = node.args[0]
        if not called.startswith("_told.") or not isinstance(first, ast.Constant):
            continue
        default = next((keyword.value for keyword in node.keywords if keyword.arg == "default"), None)
        written = "" if default is None else ast.unparse(default)
        yield str(first.value), f"`{written}`" if written and written != "''" else "–"


TOLD: Mapping[str, str] = {
    "LOA_LEND_ADMINISTRATION": "1 lets roles with rights over people and units be lent to whoever stands in",
    "LOA_TWO_DUTIES": "1 lets one person write and approve at the same unit; never the same text",
    "LOA_ADMIN_HOURS": "hours in which administrative rights hold, local time, `07:00-19:00`; empty means always",
    "LOA_ADMIN_NETWORKS": "networks from which they hold, with commas between: `10.1.0.0/16`; empty means anywhere",
    "LOA_AUDIT_FEED": "file each entry of the record is written to as a line of JSON; `-` means standard output",
    "LOA_CHECKPOINT_FOLDER": "where signed checkpoints of the record are exported; best on another machine",
    "LOA_SYSLOG_URL": "`udp://`, `tcp://` or `tls://host:port` each entry of the record is sent to (RFC 5424)",
    "LOA_DEMO": "set by `loa demo` for its own processes: made-up people are shown their code; never on a server",
    "LOA_FACTOR_KEY": "secret that seals what second factors share with us; several with spaces: the first seals, "
    "all open; empty means one derived from `LOA_SECRET_KEY`",
    "LOA_FRESH_MINUTES": "how long a second factor counts as just shown",
    "LOA_OIDC_PROVIDERS_FILE": "JSON file of the providers people may sign in with ([how](../how-to/sign-in.md))",
    "LOA_PASSWORD_MAX_AGE_DAYS": "days after which a password has to be changed; 0 means never",
    "LOA_SECOND_FACTOR": "`required` of whoever approves, warns or administers, or only `offered`",
    "LOA_BIND": "address the web process listens on",
    "LOA_CLASH_LEAD_S": "how long before they air the order of priority items that clash can no longer be chosen",
    "LOA_VOICE_FOLDER": "folder of voice files to choose from on the page ([how](../how-to/add-a-voice.md))",
    "LOA_VOICE_PROVIDERS_FILE": "JSON file of providers that read texts elsewhere ([how](../how-to/voice-provider.md))",
    "LOA_STREAM_HOSTS": "hosts from which streams may be relayed, such as `str.vov.gov.vn,*.example.vn`; empty: none",
    "LOA_STREAM_NETWORKS": "networks that are not public, or without TLS, from which streams may be relayed too",
    "LOA_CLAMAV": "ClamAV's daemon: `unix:/run/clamav/clamd.ctl`, `tcp://host:3310`; empty means nobody searches files",
    "LOA_DATABASE_URL": "`postgresql://…` of a PostgreSQL server; empty means the embedded one",
    "LOA_DATABASE_OWNER_URL": "the same, as the role that owns the tables; for `prepare` and `restore` alone",
    "LOA_DEBUG": "traces in pages; never on a server",
    "LOA_DEVICE_SECRET": "secret that device credentials are derived from",
    "LOA_HOME": "folder for everything that is kept: database, media, keys, secrets",
    "LOA_HOSTS": "host names the web process answers to, with commas between",
    "LOA_LOG_LEVEL": "`DEBUG`, `INFO`, `WARNING` or `ERROR`",
    "LOA_MEDIA_URL": "where devices and browsers fetch media, when not from the web process",
    "LOA_MQTT_BIND": "address the box's own listener for devices opens; the web process's, if not said",
    "LOA_MQTT_PORT": "port the box's own listener opens for devices",
    "LOA_MQTT_TLS_CA": "certificates that sign devices' certificates",
    "LOA_MQTT_TLS_CERT": "certificate of the box's listener",
    "LOA_MQTT_TLS_KEY": "its key",
    "LOA_MQTT_URL": "`mqtt://…` of a broker; empty means the bridge listens itself",
    "LOA_NOW_LEAD_MS": "time devices have to fetch a clip before they start together",
    "LOA_PORT": "port of the web process",
    "LOA_PUBLIC_URL": "address people and devices reach the server by",
    "LOA_SECRET_KEY": "secret that signs cookies and forms",
    "LOA_SCAN": "`required` takes no file unsearched, `if-available`, `off`",
    "LOA_TLS": "whether people reach the server by https: cookies and HSTS follow",
    "LOA_TRUSTED_PROXIES": "networks of our own proxies, with commas between: their `X-Forwarded-For` is believed",
}
"""What each variable is for. A test asks that none is missing and none is told that nobody reads."""


def doctor() -> str:
    """Return the page of what the doctor looks at."""
    from loa.box import doctor as doctors
    from loa.box.saying import in_language

    lines = ["| code | | means | nghĩa là | do | watches |", "|---|---|---|---|---|---|"]
    order = list(doctors.Severity)
    for one in sorted(doctors.registered().values(), key=lambda one: (order.index(one.severity), one.code)):
        watched = ", ".join(f"`{name}`" for name in one.covers)
        vietnamese = in_language(one.means, "vi")
        lines.append(f"| `{one.code}` | {one.severity} | {one.means} | {vietnamese} | {one.cure} | {watched} |")
    text = (
        "`./loa doctor` looks at a deployment and ends with 1 when anything is unsafe; `--json` answers for machines. "
        "A test asks that each setting that can be unsafe is watched."
    )
    return _page("What the doctor looks at", text, lines)


def asvs() -> str:
    """Return the page that holds Loa against ASVS."""
    from tools.dossier import data

    security = data.load()
    lines = ["| requirement | level | in our words | Loa | by | note |", "|---|---|---|---|---|---|"]
    for number, item in security.asvs.items():
        by = ", ".join(f"`{name}`" for name in item["by"])
        lines.append(
            f"| V{number} | {item['level']} | {item['words']} | {item['status']} | {by} | {item.get('note', '')} |"
        )
    lines += ["", "| control | what it is | where | tried by |", "|---|---|---|---|"]
    for name, control in security.controls.items():
        where, tests = ("<br>".join(f"`{each}`" for each in control[kind]) for kind in ("features", "tests"))
        lines.append(f"| `{name}` | {control['en']} | {where} | {tests} |")
    text = (
        "OWASP ASVS 5.0, levels 1 and 2 of chapters V1 to V16, and some of level 3; V17 (WebRTC) does not apply. The "
        "words are ours and short: the standard itself says more. Kept in `docs/security/asvs.toml` and "
        "`controls.toml`; a test asks that every path and test named here exists. Read against the published chapters; "
        "no independent body has verified it."
    )
    return _page("ASVS 5.0", text, lines)


def speakable() -> str:
    """Return the page of how written Vietnamese is read out."""
    from tools import speakable_page

    return _page(*speakable_page.page())


MAKERS: Mapping[str, Callable[[], str]] = {
    "permissions.md": permissions,
    "commands.md": commands,
    "events.md": events,
    "settings.md": settings,
    "messages.md": messages,
    "doctor.md": doctor,
    "speakable.md": speakable,
    "../security/asvs.md": asvs,
}


def _events() -> dict[str, type]:
    from loa.kernel.events import Event

    found = {}
    for path in sorted(SERVER.glob("*/events.py")):
        if path.parent.name == "kernel":
            continue
        module = importlib.import_module(f"loa.{path.parent.name}.events")
        for kind in vars(module).values():
            if inspect.isclass(kind) and issubclass(kind, Event) and getattr(kind, "name", ""):
                found[kind.name] = kind
    return found


def _page(title: str, text: str, lines: list[str]) -> str:
    return "\n".join([f"# {title}", "", MADE, text, "", *(re.sub(r"\s+\|", " |", line) for line in lines), ""])


def main() -> None:
    """Write the pages."""
    sys.path[:0] = [str(ROOT)]
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "loa.settings")
    import django

    django.setup()
    for name, make in MAKERS.items():
        (PAGES / name).write_text(make(), encoding="utf-8")


if __name__ == "__main__":
    main()
