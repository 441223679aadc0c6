"""Write the golden vectors of the protocol: what must verify, and what must be refused with which reason.

Keys are derived from fixed words and sign nothing else. Another implementation of the protocol reads the same file.
"""

import base64
import hashlib
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

from joserfc.jwk import OKPKey

from loa_protocol import canonical, config, envelope, keys, live, messages, plan, release, signing, topics
from loa_protocol.signing import Purpose

TARGET = Path(__file__).parent.parent / "protocol" / "tests" / "vectors" / "protocol-1.json"
NOW = datetime(2026, 11, 23, 5, 0, tzinfo=UTC)
DEVICE = "019aaf2e-3c00-7000-8000-000000000001"
AREA = "26/243/08707"
SECRET = b"a secret for vectors only"
SESSION = "019aaf2e-3c00-7000-8000-0000000000d1"


def key(word: str) -> OKPKey:
    """Return the key of a word."""
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    private = Ed25519PrivateKey.from_private_bytes(hashlib.sha256(word.encode()).digest())
    public = private.public_key().public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
    seed = private.private_bytes(
        serialization.Encoding.Raw, serialization.PrivateFormat.Raw, serialization.NoEncryption()
    )
    encode = lambda raw: base64.urlsafe_b64encode(raw).rstrip(b"=").decode()  # noqa: E731
    return OKPKey.import_key({"kty": "OKP", "crv": "Ed25519", "x": encode(public), "d": encode(seed)})


ROOT, SIGNER, OLD, REVOKED, STRANGER, NEW_ROOT = map(key, ("root", "signer", "old", "revoked", "stranger", "new root"))
RELEASER = key("releaser")


def stamp(seconds: float) -> int:
    """Return seconds since 1970, so many after the moment of the vectors."""
    return int((NOW + timedelta(seconds=seconds)).timestamp())


def airing(**changes: object) -> plan.PlannedAiring:
    """Return an airing of two clips."""
    clips = (
        plan.Clip(sha256=canonical.sha256(b"one"), size_bytes=48_000, duration_ms=12_000),
        plan.Clip(sha256=canonical.sha256(b"two"), size_bytes=96_000, duration_ms=30_500, gain_db=-1.5),
    )
    start_at = NOW + timedelta(hours=5)
    fields: dict[str, object] = {
        "id": "019aaf2e-3c00-7000-8000-00000000000a",
        "start_at": start_at,
        "end_at": start_at + timedelta(minutes=5),
        "clips": clips,
        "late_rule": plan.LateRule.JOIN,
        "volume_pct": 70,
    }
    return plan.PlannedAiring(**{**fields, **changes})  # type: ignore[arg-type]


def state(**changes: object) -> dict[str, object]:
    """Return the claims of a desired state."""
    fields: dict[str, object] = {"device": DEVICE, "seq": 7, "iat": stamp(-60), "exp": stamp(86_400), "plan": "ab" * 32}
    return messages.DesiredState(**{**fields, **changes}).claims()  # type: ignore[arg-type]


def now(**changes: object) -> dict[str, object]:
    """Return the claims of an urgent message."""
    fields: dict[str, object] = {
        "area": "26/243",
        "seq": 12,
        "id": "019aaf2e-3c00-7000-8000-0000000000b1",
        "kind": messages.NowKind.PLAY,
        "iat": stamp(-1),
        "exp": stamp(1800),
        "airing": airing(priority=plan.Priority.ALERT),
        "devices": [DEVICE],
    }
    return messages.Now(**{**fields, **changes}).claims()  # type: ignore[arg-type]


def opening(**changes: object) -> dict[str, object]:
    """Return the claims of an urgent message that opens live speech."""
    fields: dict[str, object] = {"id": SESSION, "start_at": NOW, "end_at": NOW + timedelta(minutes=10)}
    speech = live.Opening(**{**fields, **changes})  # type: ignore[arg-type]
    return now(kind=messages.NowKind.LIVE, airing=None, live=speech, devices=None)


def _opened() -> dict[str, object]:
    return live.Opening(id=SESSION, start_at=NOW, end_at=NOW + timedelta(minutes=10)).to_json()


def closing(**changes: object) -> dict[str, object]:
    """Return the claims of an urgent message that says that live speech ended."""
    fields: dict[str, object] = {"kind": messages.NowKind.CLOSE, "airing": None, "airing_id": SESSION, "chunks": 150}
    return now(**{**fields, **changes})


def command(**changes: object) -> dict[str, object]:
    """Return the claims of a command."""
    fields: dict[str, object] = {
        "device": DEVICE,
        "seq": 13,
        "id": "019aaf2e-3c00-7000-8000-0000000000c1",
        "verb": messages.Verb.VOLUME,
        "iat": stamp(-1),
        "exp": stamp(600),
        "number": 55,
    }
    return messages.Command(**{**fields, **changes}).claims()  # type: ignore[arg-type]


def released(**changes: object) -> dict[str, object]:
    """Return the claims of a release of the agent."""
    fields: dict[str, object] = {
        "version": "1.10.0",
        "sha256": canonical.sha256(b"a package"),
        "size_bytes": 412_345,
        "floor": "1.9",
        "iat": stamp(-3600),
        "exp": stamp(30 * 86_400),
    }
    return release.Release(**{**fields, **changes}).claims()  # type: ignore[arg-type]


def release_refusals() -> list[tuple[str, str, str, str]]:
    """Return statements of releases that must not be believed, and what a key for releases must not sign."""
    typ = "loa-release"
    return [
        ("release signed by a key for plans", typ, sign(released(), SIGNER, typ), "unknown_key"),
        ("state signed by a key for releases", "loa-state", sign(state(), RELEASER), "unknown_key"),
        ("release of a stranger", typ, sign(released(), STRANGER, typ), "unknown_key"),
        ("release used as a state", "loa-state", sign(released(), SIGNER, typ), "wrong_type"),
        ("release that has expired", typ, sign(released(exp=stamp(0)), RELEASER, typ), "expired"),
        ("release below its own floor", typ, sign(released(floor="1.10.1"), RELEASER, typ), "malformed"),
        ("release of no version", typ, sign({**released(), "version": "../1"}, RELEASER, typ), "malformed"),
        ("release of an endless package", typ, sign(released(size_bytes=2**40), RELEASER, typ), "too_large"),
        ("release without a package", typ, sign({**released(), "sha256": None}, RELEASER, typ), "malformed"),
    ]


def tokens() -> dict[str, list[dict[str, object]]]:
    """Return signed messages: good ones with their claims, others with the reason of their refusal."""
    silence = now(kind=messages.NowKind.STOP, airing=None, devices=None, silence="019aaf2e-3c00-7000-8000-0000000000b2")
    good = [("loa-state", state()), ("loa-now", silence), ("loa-now", now()), ("loa-cmd", command())]
    good += [("loa-now", opening()), ("loa-now", closing()), ("loa-state", state(release="cd" * 32))]
    good.append(("loa-now", opening(source="VOV1", end_at=NOW + timedelta(hours=2))))
    verify = [
        {"purpose": purpose, "token": signing.sign(claims, SIGNER, Purpose(purpose)).decode(), "claims": claims}
        for purpose, claims in good
    ]
    verify.append({"purpose": "loa-release", "token": sign(released(), RELEASER, "loa-release"), "claims": released()})
    token = str(verify[0]["token"])
    head, body, signature = token.split(".")
    forged = base64.urlsafe_b64encode(canonical.encode(state(seq=8))).rstrip(b"=").decode()
    no_algorithm = base64.urlsafe_b64encode(b'{"alg":"none","kid":"x"}').rstrip(b"=").decode()
    refuse = [
        ("state signed by a key nobody vouched for", "loa-state", sign(state(), STRANGER), "unknown_key"),
        ("state signed by a withdrawn key", "loa-state", sign(state(), REVOKED), "revoked_key"),
        ("state signed by a key past its time", "loa-state", sign(state(), OLD), "key_not_valid_now"),
        (
            "state with another body under the same signature",
            "loa-state",
            f"{head}.{forged}.{signature}",
            "bad_signature",
        ),
        ("state without a signature", "loa-state", f"{head}.{body}.", "bad_signature"),
        ("state used as an urgent message", "loa-now", token, "wrong_type"),
        ("state that has expired", "loa-state", sign(state(exp=stamp(0))), "expired"),
        ("state from the future", "loa-state", sign(state(iat=stamp(61))), "not_yet"),
        ("state without a number", "loa-state", sign({**state(), "seq": None}), "malformed"),
        ("state with a digest that is none", "loa-state", sign(state(plan="AB" * 32)), "malformed"),
        ("message without an algorithm", "loa-state", f"{no_algorithm}.{body}.", "unknown_key"),
        ("message that is no token", "loa-state", "hello", "malformed"),
        ("urgent play without an airing", "loa-now", sign({**now(), "airing": None}, typ="loa-now"), "malformed"),
        (
            "urgent message of an unknown kind",
            "loa-now",
            sign({**now(), "kind": "dance"}, typ="loa-now"),
            "unknown_verb",
        ),
        (
            "opening of live speech that says nothing of it",
            "loa-now",
            sign({**opening(), "live": None}, typ="loa-now"),
            "malformed",
        ),
        (
            "opening of live speech without end",
            "loa-now",
            sign(opening(end_at=NOW + timedelta(hours=2)), typ="loa-now"),
            "malformed",
        ),
        (
            "opening of a relay without end",
            "loa-now",
            sign(opening(source="VOV1", end_at=NOW + timedelta(hours=3)), typ="loa-now"),
            "malformed",
        ),
        (
            "opening of a relay that says it is an emergency",
            "loa-now",
            sign(opening(source="VOV1", emergency=True), typ="loa-now"),
            "malformed",
        ),
        (
            "opening of a relay of nobody",
            "loa-now",
            sign({**opening(), "live": {**_opened(), "source": " "}}, typ="loa-now"),
            "malformed",
        ),
        (
            "opening of live speech in chunks of half a packet",
            "loa-now",
            sign(opening(chunk_ms=410), typ="loa-now"),
            "malformed",
        ),
        (
            "end of live speech without a count",
            "loa-now",
            sign({**closing(), "chunks": None}, typ="loa-now"),
            "malformed",
        ),
        (
            "end of live speech that names none",
            "loa-now",
            sign(closing(airing_id=None), typ="loa-now"),
            "malformed",
        ),
        (
            "lift of no silence",
            "loa-now",
            sign({**silence, "kind": "lift", "silence": None}, SIGNER, "loa-now"),
            "malformed",
        ),
        ("play that names a silence", "loa-now", sign({**now(), "silence": "s"}, typ="loa-now"), "malformed"),
        ("command of an unknown verb", "loa-cmd", sign({**command(), "verb": "shell"}, typ="loa-cmd"), "unknown_verb"),
        ("command with a true number", "loa-cmd", sign({**command(), "number": True}, typ="loa-cmd"), "malformed"),
        *release_refusals(),
    ]
    return {
        "verify": verify,
        "refuse": [
            {"what": what, "purpose": purpose, "token": text, "reason": reason}
            for what, purpose, text, reason in refuse
        ],
    }


def sign(claims: dict[str, object], by: OKPKey = SIGNER, typ: str = "loa-state") -> str:
    """Return a token."""
    return signing.sign(claims, by, Purpose(typ)).decode()


def key_lists() -> dict[str, object]:
    """Return the list a device begins with, and others it must follow or refuse, in this order."""
    year = timedelta(days=365)
    statements = [
        keys.vouch(ROOT, SIGNER, not_before=NOW - year, not_after=NOW + year),
        keys.vouch(ROOT, OLD, not_before=NOW - 2 * year, not_after=NOW),
        keys.vouch(ROOT, REVOKED, not_before=NOW - year, not_after=NOW + year),
    ]
    revoked = [signing.key_id(REVOKED)]
    foreign = [keys.vouch(STRANGER, STRANGER, not_before=NOW - year, not_after=NOW + year)]
    span = {"not_before": NOW - year, "not_after": NOW + year}
    for_releases = [keys.vouch_for_releases(ROOT, RELEASER, **span)]
    confused = [keys.vouch(ROOT, SIGNER, **span)]
    return {
        "root": ROOT.as_dict(private=False),
        "list": keys.key_list(ROOT, statements, revoked=revoked, seq=5, now=NOW, release_keys=for_releases).decode(),
        "follow": [keys.key_list(ROOT, statements[:1], revoked=revoked, seq=6, now=NOW).decode()],
        "refuse": [
            {
                "what": "an older list",
                "list": keys.key_list(ROOT, statements, revoked=[], seq=4, now=NOW).decode(),
                "reason": "rolled_back",
            },
            {
                "what": "a list of another root",
                "list": keys.key_list(STRANGER, statements, revoked=[], seq=9, now=NOW).decode(),
                "reason": "bad_signature",
            },
            {
                "what": "a list with a statement of another root",
                "list": keys.key_list(ROOT, foreign, revoked=[], seq=9, now=NOW).decode(),
                "reason": "bad_signature",
            },
            {
                "what": "a list that takes a key for plans as one for releases",
                "list": keys.key_list(ROOT, [], revoked=[], seq=9, now=NOW, release_keys=confused).decode(),
                "reason": "wrong_type",
            },
        ],
        "rotation": keys.rotate_root(ROOT, NEW_ROOT, seq=10, now=NOW).decode(),
        "new_root": signing.key_id(NEW_ROOT),
    }


def plans() -> dict[str, object]:
    """Return a plan in its bytes, and documents that are none."""
    planned = plan.Plan(start_at=NOW, end_at=NOW + timedelta(days=7), airings=[airing()])
    content = plan.encode(planned)
    document = json.loads(content)
    one = document["airings"][0]
    broken = {
        "no version": {**document, "v": 2},
        "a time without a zone": {**document, "start_at": "2026-11-23T05:00:00"},
        "a window that ends before it starts": {**document, "airings": [{**one, "end_at": one["start_at"]}]},
        "an airing without clips": {**document, "airings": [{**one, "clips": []}]},
        "a digest in capitals": {**document, "airings": [{**one, "clips": [{**one["clips"][0], "sha256": "AB" * 32}]}]},
        "an unknown rung": {**document, "airings": [{**one, "priority": 61}]},
        "an unknown late rule": {**document, "airings": [{**one, "late": "whenever"}]},
        "a volume over the top": {**document, "airings": [{**one, "volume_pct": 101}]},
        "a fade-in without end": {**document, "airings": [{**one, "fade_ms": 10_001}]},
        "a ceiling over the top": {**document, "ceilings": [{"from": 0, "to": 60, "most_pct": 101, "alert": False}]},
        "a ceiling of no minute": {**document, "ceilings": [{"from": 60, "to": 60, "most_pct": 50, "alert": False}]},
        "a ceiling past midnight": {**document, "ceilings": [{"from": 0, "to": 1441, "most_pct": 50, "alert": False}]},
        "a ceiling for whom": {**document, "ceilings": [{"from": 0, "to": 60, "most_pct": 50}]},
    }
    limited = plan.encode(
        plan.Plan(
            start_at=NOW,
            end_at=NOW + timedelta(days=7),
            airings=[airing(fade_in_ms=1_000)],
            ceilings=[
                plan.Ceiling(start_min=0, end_min=1440, most_pct=90, is_alert=True),
                plan.Ceiling(start_min=1260, end_min=330, most_pct=30),
            ],
        )
    )
    return {
        "content": content.decode(),
        "sha256": canonical.sha256(content),
        "limited": {"content": limited.decode(), "sha256": canonical.sha256(limited)},
        "refuse": [{"what": what, "content": json.dumps(bad), "reason": "malformed"} for what, bad in broken.items()],
    }


def configs() -> dict[str, object]:
    """Return a configuration in its bytes, and documents that are none."""
    content = config.encode(config.Config(area="25/08707"))
    document = json.loads(content)
    broken = {
        "no version": {**document, "v": 2},
        "a mute that is a word": {**document, "is_muted": "no"},
        "an area that is a filter": {**document, "area": "25/#"},
        "an area with an empty code": {**document, "area": "25//08707"},
        "an area of two lines": {**document, "area": "25\n"},
        "an area that is no text": {**document, "area": 25},
        "an area without end": {**document, "area": "/".join(["25"] * 60)},
        "a volume over the top": {**document, "volume_pct": 101},
    }
    return {
        "content": content.decode(),
        "sha256": canonical.sha256(content),
        "refuse": [{"what": what, "content": json.dumps(bad), "reason": "malformed"} for what, bad in broken.items()],
    }


def seals() -> dict[str, object]:
    """Return sealed messages."""
    shared = envelope.device_key(SECRET, DEVICE)
    topic = topics.up(DEVICE, topics.Up.EVENT)
    event = messages.Event(
        id="019aaf2e-3c00-7000-8000-0000000000e1",
        seq=1,
        outcome=messages.Outcome.PLAYED,
        at=NOW,
        airing=airing().id,
        level_dbfs=-23.4,
        lateness_ms=3,
    )
    payload = messages.encode_events([event])
    sealed = envelope.seal(payload, shared, topic).decode()
    down = topics.down(DEVICE, topics.Down.ACK)
    return {
        "secret": base64.urlsafe_b64encode(SECRET).decode(),
        "device": DEVICE,
        "device_key": base64.urlsafe_b64encode(shared).rstrip(b"=").decode(),
        "topic": topic,
        "payload": payload.decode(),
        "sealed": sealed,
        "ack": {
            "topic": down,
            "ranges": [[1, 3], [5, 5]],
            "sealed": envelope.seal(messages.Ack(at=NOW, ranges=[(1, 3), (5, 5)]).encode(), shared, down).decode(),
        },
        "refuse": [
            {"what": "a changed letter", "topic": topic, "sealed": sealed[:-2] + "}]", "reason": "bad_signature"},
            {"what": "another topic", "topic": down, "sealed": sealed, "reason": "bad_signature"},
            {"what": "no seal", "topic": topic, "sealed": payload.decode(), "reason": "malformed"},
            {"what": "only a seal", "topic": topic, "sealed": sealed[:43], "reason": "malformed"},
        ],
    }


def chunks() -> dict[str, object]:
    """Return a chunk of live speech, and others that must not be heard."""
    packets = [bytes([word]) * (40 + word) for word in range(20)]
    play_at = NOW + timedelta(milliseconds=1400)
    good = live.sign(SESSION, 1, play_at, live.pack(packets), SIGNER)
    foreign = live.sign(SESSION, 1, play_at, live.pack(packets), STRANGER)
    many = live.pack([b"x"] * 51)
    broken = [
        ("a chunk signed by another key", foreign, "bad_signature"),
        ("a chunk of another sequence under the same signature", good[:20] + b"\x07" + good[21:], "bad_signature"),
        ("a chunk of another session under the same signature", good[:16] + b"\xd2" + good[17:], "bad_signature"),
        ("a chunk without a signature", good[:-64], "bad_signature"),
        ("a chunk of another version", b"\x02" + good[1:], "malformed"),
        ("a chunk that is cut off", good[:60], "malformed"),
        ("a chunk without a packet", live.sign(SESSION, 1, play_at, b"", SIGNER), "malformed"),
        ("a chunk with half a packet", live.sign(SESSION, 1, play_at, b"\x00\x09abc", SIGNER), "malformed"),
        ("a chunk of more than a second", live.sign(SESSION, 1, play_at, many, SIGNER), "malformed"),
    ]
    return {
        "jwk": SIGNER.as_dict(private=False),
        "session": SESSION,
        "seq": 1,
        "play_at": canonical.to_wire(play_at),
        "packets": [_base64(packet) for packet in packets],
        "chunk": _base64(good),
        "refuse": [{"what": what, "chunk": _base64(chunk), "reason": reason} for what, chunk, reason in broken],
    }


def _base64(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).decode()


def vectors() -> dict[str, object]:
    """Return everything."""
    return {
        "now": canonical.to_wire(NOW),
        "keys": key_lists(),
        "tokens": tokens(),
        "plan": plans(),
        "config": configs(),
        "seal": seals(),
        "live": chunks(),
    }


if __name__ == "__main__":
    TARGET.write_text(json.dumps(vectors(), indent=1, sort_keys=True) + "\n", encoding="utf-8")
    print(f"wrote {TARGET}")
