"""Which releases a core believes, and when it would let itself be changed."""

from types import SimpleNamespace

import pytest

from loa_agent.core import Core
from loa_agent.effects import Fetch, Install, Material, Spurn
from loa_agent.software import Software
from loa_protocol import canonical, keys, messages, plan, release, signing
from loa_protocol.messages import Hello
from loa_protocol.release import Step
from loa_protocol.signing import Purpose

from .conftest import NOON, Server, Unit, airing, at, stamp

SPAN = {"not_before": at(-86400), "not_after": at(30 * 86400)}


@pytest.fixture
def maker(server):
    """A key for releases that the server's root vouches for; its list of keys is the newest."""
    key = signing.generate()
    for_releases = [keys.vouch_for_releases(server.root, key, **SPAN)]
    statements = [keys.vouch(server.root, server.key, **SPAN)]
    server.key_list = keys.key_list(server.root, statements, revoked=[], seq=50, now=NOON, release_keys=for_releases)
    yield key
    server.key_list = server.vouch(server.key, seq=1)


def statement(key, *, version="0.2.0", floor="0.1", iat=-1, exp=86400, **changes):
    found = release.Release(
        version=version, sha256="ab" * 32, size_bytes=1000, floor=floor, iat=stamp(iat), exp=stamp(exp)
    )
    return signing.sign({**found.claims(), **changes}, key, Purpose.RELEASE)


def offer(unit, token, *, now=NOON):
    digest = canonical.sha256(token)
    unit.hear_state(unit.server.state(release=digest), now)
    unit.core.document(digest, token, now)
    return digest, unit.collect()


def kinds(effects, kind):
    return [effect for effect in effects if isinstance(effect, kind)]


def test_the_statement_is_fetched_and_believed(server, maker):
    unit = Unit(server)

    digest, effects = offer(unit, statement(maker))

    assert [(one.sha256, one.material) for one in unit.done if isinstance(one, Fetch)] == [(digest, Material.STATEMENT)]
    (install,) = kinds(effects, Install)
    assert (install.statement, install.release.version) == (digest, "0.2.0")


@pytest.mark.parametrize(
    ("make", "reason", "is_final"),
    [
        pytest.param(lambda known: statement(known.plans), "unknown_key", False, id="a key for plans"),
        pytest.param(lambda known: statement(known.maker, exp=0), "expired", True, id="too old"),
        pytest.param(lambda known: statement(known.maker, iat=7200), "not_yet", False, id="from the future"),
        pytest.param(lambda known: statement(known.maker, floor="0.3"), "malformed", True, id="below its floor"),
        pytest.param(lambda known: statement(known.maker)[:-4] + b"AAAA", "bad_signature", True, id="forged"),
    ],
)
def test_what_is_not_to_be_believed_is_on_record_and_never_installed(server, maker, make, reason, is_final):
    unit = Unit(server)

    digest, effects = offer(unit, make(SimpleNamespace(maker=maker, plans=server.key)))

    assert kinds(effects, Install) == []
    assert [one.why for one in kinds(effects, Spurn)] == ([reason] if is_final else [])
    assert [(event["clip"], event["reason"]) for event in unit.events] == [(digest, reason)]


def test_what_was_bad_is_not_asked_for_again(server, maker):
    token = statement(maker)
    unit = Unit(server)
    unit.core.tell_software(Software(bad={canonical.sha256(token)}), NOON)

    _, effects = offer(unit, token)

    assert kinds(unit.done, Fetch) == []
    assert kinds(effects, Install) == []


def test_nothing_older_than_the_floor_of_what_proved_itself_is_taken(server, maker):
    unit = Unit(server)
    digest, _ = offer(unit, statement(maker, version="0.2.0", floor="0.2"))
    unit.core.tell_software(Software(release=digest, tried=digest, step=Step.PROVED), NOON)
    unit.core.changing.proved()

    restarted = Unit(server, store=unit.store)
    restarted.core.changing.software.release = digest
    _, older = offer(restarted, statement(maker, version="0.1.9"))
    _, newer = offer(restarted, statement(maker, version="0.10"))

    assert [one.why for one in kinds(older, Spurn)] == ["rolled_back"]
    assert [one.release.version for one in kinds(newer, Install)] == ["0.10"]


def test_a_floor_counts_only_when_the_release_has_proved_itself(server, maker):
    unit = Unit(server)
    offer(unit, statement(maker, version="0.2.0", floor="0.2"))
    unit.core.changing.proved()

    _, older = offer(unit, statement(maker, version="0.1.9"))

    assert [one.release.version for one in kinds(older, Install)] == ["0.1.9"]


def test_it_waits_for_a_list_of_keys_that_knows_the_maker(server, maker):
    known, server.key_list = server.key_list, server.vouch(server.key, seq=1)
    unit = Unit(server)
    digest, early = offer(unit, statement(maker))
    unit.core.learn_keys(known, NOON)
    asked = [one.sha256 for one in kinds(unit.collect(), Fetch)]
    unit.core.document(digest, statement(maker), NOON)

    assert kinds(early, Install) == []
    assert asked == [digest]
    server.key_list = known


def test_it_is_at_rest_only_when_nothing_sounds_or_soon_will_and_no_alert_holds(unit):
    assert unit.core.changing.is_at_rest(NOON)

    unit.follow(airing("soon", start=599))
    assert not unit.core.changing.is_at_rest(NOON)
    unit.follow(airing("later", start=700))
    assert unit.core.changing.is_at_rest(NOON)
    assert not unit.core.changing.is_at_rest(at(101))
    unit.hear_now(unit.server.now(airing=airing("alert", start=2, window=900, priority=plan.Priority.ALERT)))
    unit.play_until(at(60))
    assert unit.outcomes()[-1] == ("alert", "played", "")
    assert not unit.core.changing.is_at_rest(at(60))


def test_a_hello_says_what_runs_and_what_came_of_the_last(server, maker):
    unit = Unit(server)
    unit.core.tell_software(Software(tried="cd" * 32, step=Step.RETURNED, why="hung"), NOON)

    sent = [one for one in unit.collect() if one.topic.endswith("/hello")]
    document = messages.load(sent[-1].payload.partition(b".")[2])

    assert (document["release"], document["tried"], document["step"], document["why"]) == (
        None, "cd" * 32, "returned", "hung",
    )  # fmt: skip
    assert set(Hello.__dataclass_fields__) == set(document)
    assert isinstance(unit.core, Core)
    assert isinstance(server, Server)
