"""A muted device: silent below alerts, at once and for as long as it must, through reboots, and never longer."""

from loa_agent.store import MemoryStore
from loa_protocol import canonical, config
from loa_protocol.messages import NowKind
from loa_protocol.plan import Priority

from .conftest import AREA, NOON, Unit, airing, at


def silence(server, name="s1", *, exp=600, area=AREA, kind=NowKind.STOP, **more):
    """Return what the server says when somebody silences an area, or lifts it."""
    return server.now(area=area, exp=exp, silence=name, kind=kind, **more)


def configured(unit, server, *, is_muted, now=NOON):
    content = config.encode(config.Config(area=AREA, is_muted=is_muted))
    unit.hear_state(server.state(config=canonical.sha256(content)), now)
    unit.core.document(canonical.sha256(content), content, now)
    unit.tick(now)


def concluded(unit):
    return [one for one in unit.outcomes() if one[1] != "received"]


def test_a_silence_breaks_off_what_sounds_and_lets_nothing_below_alerts_begin(unit, server):
    unit.follow(airing("sounds", start=0), airing("next", start=60), airing("live", start=120, priority=Priority.LIVE))
    unit.play_until(at(2))

    unit.hear_now(silence(server), at(3))
    unit.play_until(at(200), begin=at(3))

    assert concluded(unit) == [("sounds", "partial", "muted"), ("next", "missed", "muted"), ("live", "missed", "muted")]
    assert ("s1", "received", "stop") in unit.outcomes()


def test_an_alert_sounds_on_a_muted_device(unit, server):
    configured(unit, server, is_muted=True)

    unit.hear_now(server.now(airing=airing("alert", start=5, priority=Priority.ALERT)))
    unit.play_until(at(60))

    assert concluded(unit) == [("alert", "played", "")]


def test_an_alert_that_sounds_is_not_broken_off_by_a_silence(unit, server):
    unit.hear_now(server.now(airing=airing("alert", start=1, priority=Priority.ALERT)))
    unit.play_until(at(3))

    unit.hear_now(silence(server), at(4))
    unit.play_until(at(60), begin=at(4))

    assert concluded(unit) == [("alert", "played", "")]


def test_a_silence_ends_when_it_is_lifted_and_the_next_airing_plays(unit, server):
    unit.follow(airing("a", start=60), airing("b", start=120))
    unit.hear_now(silence(server))

    unit.play_until(at(80))
    unit.hear_now(silence(server, kind=NowKind.LIFT), at(81))
    unit.play_until(at(200), begin=at(81))

    assert concluded(unit) == [("a", "missed", "muted"), ("b", "played", "")]


def test_what_is_due_when_a_silence_is_lifted_follows_its_late_rule(unit, server):
    unit.follow(airing("a", start=60, window=120, late_tolerance_ms=60_000))
    unit.hear_now(silence(server))

    unit.play_until(at(70))
    unit.hear_now(silence(server, kind=NowKind.LIFT), at(70))
    unit.play_until(at(200), begin=at(70))

    assert concluded(unit) == [("a", "played", "")]


def test_a_lift_that_overtakes_its_silence_leaves_the_device_as_it_was(unit, server):
    unit.follow(airing("a", start=60))

    unit.hear_now(silence(server, kind=NowKind.LIFT))
    unit.hear_now(silence(server))
    unit.play_until(at(100))

    assert concluded(unit) == [("a", "played", "")]


def test_of_two_silences_the_one_that_is_not_lifted_holds(unit, server):
    unit.follow(airing("a", start=60))
    unit.hear_now(silence(server, "mine"))
    unit.hear_now(silence(server, "theirs", area="26"), area="26")

    unit.hear_now(silence(server, "mine", kind=NowKind.LIFT))
    unit.play_until(at(100))

    assert concluded(unit) == [("a", "missed", "muted")]


def test_an_urgent_silence_ends_by_itself_unless_the_configuration_says_so_too(unit, server):
    unit.follow(airing("a", start=60), airing("b", start=700))
    unit.hear_now(silence(server, exp=600))

    unit.play_until(at(800))

    assert concluded(unit) == [("a", "missed", "muted"), ("b", "played", "")]


def test_a_configuration_that_mutes_holds_through_reboots_until_it_is_another(server):
    store = MemoryStore()
    unit = Unit(server, store=store)
    unit.follow(airing("a", start=60), airing("b", start=5000), airing("c", start=9000))
    unit.hear_now(silence(server))
    content = config.encode(config.Config(area=AREA, is_muted=True))
    unit.hear_state(server.state(config=canonical.sha256(content), plan=unit.core.plan_digest))
    unit.core.document(canonical.sha256(content), content, NOON)
    unit.play_until(at(100))

    again = Unit(server, store=store, now=at(4000))
    again.play_until(at(6000), begin=at(4000))
    free = config.encode(config.Config(area=AREA))
    again.hear_state(server.state(config=canonical.sha256(free), plan=again.core.plan_digest), at(6000))
    again.core.document(canonical.sha256(free), free, at(6000))
    again.play_until(at(9100), begin=at(6000))

    assert concluded(again) == [("a", "missed", "muted"), ("b", "missed", "muted"), ("c", "played", "")]


def test_an_urgent_silence_holds_through_a_power_cut_before_the_configuration_came(server):
    store = MemoryStore()
    unit = Unit(server, store=store)
    unit.follow(airing("a", start=60))
    unit.hear_now(silence(server))

    again = Unit(server, store=store, now=at(30))
    again.play_until(at(100), begin=at(30))

    assert concluded(again) == [("a", "missed", "muted")]


def test_a_configuration_that_mutes_stops_what_sounds_on_a_device_that_returns(unit, server):
    unit.follow(airing("a", start=0, seconds=60))
    unit.play_until(at(5))
    planned = unit.core.plan_digest
    content = config.encode(config.Config(area=AREA, is_muted=True))

    unit.hear_state(server.state(config=canonical.sha256(content), plan=planned), at(6))
    unit.core.document(canonical.sha256(content), content, at(6))
    unit.play_until(at(100), begin=at(6))

    assert concluded(unit) == [("a", "partial", "muted")]


def test_once_the_configuration_mutes_it_alone_says_until_when(unit, server):
    unit.follow(airing("a", start=60))
    planned = unit.core.plan_digest
    unit.hear_now(silence(server))
    for is_muted in (True, False):
        content = config.encode(config.Config(area=AREA, is_muted=is_muted))
        unit.hear_state(server.state(config=canonical.sha256(content), plan=planned))
        unit.core.document(canonical.sha256(content), content, NOON)

    unit.play_until(at(100))

    assert concluded(unit) == [("a", "played", "")]


def test_a_drill_is_answered_and_stops_nothing(unit, server):
    unit.follow(airing("a", start=0))
    unit.play_until(at(3))

    unit.hear_now(silence(server, "drill", kind=NowKind.DRILL), at(3))
    unit.play_until(at(100), begin=at(3))

    assert ("drill", "received", "drill") in unit.outcomes()
    assert concluded(unit) == [("a", "played", "")]


def test_a_silence_for_others_or_of_another_area_or_unsigned_is_not_followed(unit, server):
    unit.follow(airing("a", start=60))

    unit.hear_now(silence(server, "s1", devices=frozenset({"another"})))
    unit.hear_now(silence(server, "s2", area="26/243/09999"), area="26/243/09999")
    unit.hear_now(b"not.signed.at-all")
    unit.play_until(at(100))

    assert [one for one in concluded(unit) if one[0] == "a"] == [("a", "played", "")]
