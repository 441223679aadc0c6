"""Write docs/reference/protocol.md: a section for each message, read from the code and the golden vectors.

`python tools/protocol_page.py` writes it, a test compares.
"""

import dataclasses
import inspect
import itertools
import json
from enum import Enum
from pathlib import Path

from loa_protocol import condition, config, limits, live, messages, plan, player, release
from loa_protocol.refusal import Reason
from loa_protocol.signing import Purpose

ROOT = Path(__file__).resolve().parents[1]
TARGET = ROOT / "docs" / "reference" / "protocol.md"
VECTORS = ROOT / "protocol" / "tests" / "vectors" / "protocol-1.json"
SIGNED = "signed: compact JWS, Ed25519, `typ` `{typ}`, by a key the pinned root vouches for"
SEALED = (
    "sealed: HMAC-SHA256 under the device's own key over topic, newline, payload; "
    "sent as 43 characters of base64url, a dot, the payload"
)
INTRODUCTION = """\
Promises and reasons: `docs/explanation/`. Times are RFC 3339 UTC with milliseconds; `iat` and `exp` are seconds since
1970; digests are SHA-256 in lower-case hex; JSON has sorted keys and no spaces where its digest counts. What must
verify and what must be refused: `protocol/tests/vectors/protocol-1.json`.
"""
MESSAGES = (
    (
        messages.DesiredState,
        "loa/1/dev/{id}/state",
        "server → device, QoS 1, retained",
        SIGNED.format(typ=Purpose.STATE),
    ),
    (
        messages.Now,
        "loa/1/area/{unit-path}/now",
        "server → every device of an area, QoS 1",
        SIGNED.format(typ=Purpose.NOW),
    ),
    (messages.Command, "loa/1/dev/{id}/cmd", "server → device, QoS 1", SIGNED.format(typ=Purpose.COMMAND)),
    (messages.Ack, "loa/1/dev/{id}/ack", "server → device, QoS 1", SEALED),
    (messages.Hello, "loa/1/dev/{id}/up/hello", "device → server, QoS 1", SEALED),
    (messages.Beat, "loa/1/dev/{id}/up/beat", "device → server, QoS 0", SEALED),
    (messages.Event, "loa/1/dev/{id}/up/event", 'device → server, QoS 1, as `{"events": […]}`', SEALED),
    (messages.Reply, "loa/1/dev/{id}/up/reply", "device → server, QoS 1", SEALED),
    (
        config.Config,
        "/media/{sha256}",
        "fetched over HTTP, believed by its digest in a desired state",
        "content-addressed",
    ),
    (
        release.Release,
        "/media/{sha256}",
        "fetched over HTTP by its digest in a desired state, and so is the package",
        f"{SIGNED.format(typ=Purpose.RELEASE)} for releases alone, with `{Purpose.RELEASE_KEY}`",
    ),
    (plan.Plan, "/media/{sha256}", "fetched over HTTP, believed by its digest in a desired state", "content-addressed"),
    (plan.PlannedAiring, "in a plan or an urgent message", "", ""),
    (plan.Clip, "in an airing", "", ""),
    (live.Opening, "in an urgent message", "", ""),
    (
        live.Chunk,
        "loa/1/area/{unit-path}/live",
        "server → every device of an area, QoS 0, as bytes (see `loa_protocol.live`)",
        "signed: Ed25519, by the key that signed the opening of its session",
    ),
    (condition.Condition, "in a sign of life", "", ""),
)
ENUMS = (
    messages.NowKind,
    messages.Verb,
    messages.Outcome,
    plan.Priority,
    plan.LateRule,
    plan.ResumeRule,
    condition.Power,
    condition.Network,
    release.Step,
    player.Why,
    Reason,
)
LIMITS = (
    "PLAN_SPAN",
    "FREEZE_HORIZON",
    "STATE_VALIDITY",
    "CLOCK_ALARM_MS",
    "CLOCK_UNTRUSTED_MS",
    "MESSAGE_MAX_BYTES",
    "EVENTS_PER_BATCH",
    "CLIP_MAX_BYTES",
    "REPLAY_WINDOW",
)


def page() -> str:
    """Return the page."""
    examples = _examples()
    parts = [
        "# The protocol between server and device, version 1\n",
        "<!-- Made by tools/protocol_page.py: change the code, then run it. -->\n",
        INTRODUCTION,
    ]
    for kind, where, way, protection in MESSAGES:
        parts += _section(kind, where, way, protection, examples.get(kind.__name__))
    parts.append("## Words\n")
    for enum in ENUMS:
        parts.append(f"### {enum.__name__}\n\n{_doc(enum)}\n")
        parts.append("".join(f"- `{_value(member)}`{_said(enum, member)}\n" for member in enum))
    parts.append("## Limits\n\n" + "".join(f"- `{name}` = {getattr(limits, name)}\n" for name in LIMITS))
    return "\n".join(parts)


def _section(kind: type, where: str, way: str, protection: str, example: str | None) -> list[str]:
    lines = [f"## {kind.__name__}\n", f"`{where}`" + (f" · {way}" if way else "") + "\n"]
    if protection:
        lines.append(protection[0].upper() + protection[1:] + ".\n")
    lines.append(_doc(kind) + "\n")
    lines.append("| field | type | if absent |\n|---|---|---|\n" + "".join(_rows(kind)))
    if example is not None:
        lines.append(f"```json\n{example}\n```\n")
    return lines


def _rows(kind: type) -> list[str]:
    rows = []
    for field in dataclasses.fields(kind):
        if field.default is not dataclasses.MISSING:
            absent = f"`{json.dumps(_plain(field.default))}`"
        else:
            absent = "`[]`" if field.default_factory is not dataclasses.MISSING else "refused"
        name = field.type if isinstance(field.type, str) else getattr(field.type, "__name__", str(field.type))
        shown = str(field.type) if name in {"Sequence", "Collection"} or "|" in str(field.type) else name
        for long, short in (
            ("collections.abc.", ""),
            ("datetime.datetime", "datetime"),
            ("loa_protocol.plan.", ""),
            ("loa_protocol.live.", ""),
        ):
            shown = shown.replace(long, short)
        shown = shown.replace("|", "or")
        rows.append(f"| `{field.name}` | {shown} | {absent} |\n")
    return rows


def _plain(value: object) -> object:
    return value.value if isinstance(value, Enum) else value


def _value(member: Enum) -> str:
    return f"{member.value} {member.name}" if isinstance(member.value, int) else str(member.value)


def _doc(kind: type) -> str:
    return inspect.cleandoc(kind.__doc__ or "")


def _said(enum: type[Enum], member: Enum) -> str:
    """Return the docstring under a member, which Python itself forgets."""
    lines = inspect.getsource(enum).splitlines()
    for line, following in itertools.pairwise(lines):
        if line.strip().startswith(f"{member.name} =") and following.strip().startswith('"""'):
            return ": " + following.strip().strip('"')
    return ""


def _examples() -> dict[str, str]:
    vectors = json.loads(VECTORS.read_text(encoding="utf-8"))
    names = {"loa-state": "DesiredState", "loa-now": "Now", "loa-cmd": "Command", "loa-release": "Release"}
    found = {names[one["purpose"]]: one["claims"] for one in reversed(vectors["tokens"]["verify"])}
    found["Config"] = json.loads(vectors["config"]["content"])
    found["Plan"] = json.loads(vectors["plan"]["content"])
    found["Event"] = json.loads(vectors["seal"]["payload"])
    return {name: json.dumps(document, indent=1, ensure_ascii=False) for name, document in found.items()}


if __name__ == "__main__":
    TARGET.write_text(page(), encoding="utf-8")
    print(f"wrote {TARGET.relative_to(ROOT)}")
