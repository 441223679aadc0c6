"""Where a device stands: told by its configuration, obeyed at once and alone."""

from loa_agent.effects import Fetch, Listen
from loa_agent.intake import VOLUME_DEFAULT_PCT
from loa_protocol import canonical, config, envelope, messages, topics

from .conftest import AREA, NOON, Unit, airing, at

NEW = "25/08707"
OTHER = "25/08710"


def content(area=NEW, **more):
    return config.encode(config.Config(area=area, **more))


def told(unit, server, area=NEW, *, now=NOON, **more):
    """Tell a device its area as the server does: by digest, then by the file."""
    document = content(area, **more)
    unit.hear_state(server.state(config=canonical.sha256(document)), now)
    unit.core.document(canonical.sha256(document), document, now)
    unit.collect()


def listens(unit):
    return [effect for effect in unit.done if isinstance(effect, Listen)]


def hellos(unit):
    sent = [one for one in unit.sent() if one.topic.endswith("/up/hello")]
    return [messages.load(envelope.unseal(one.payload, unit.server.device_key, one.topic)) for one in sent]


def refused(unit):
    return [reason for _, outcome, reason in unit.outcomes() if outcome == "refused"]


def test_a_device_obeys_the_area_it_was_told_and_every_unit_above(unit, server):
    told(unit, server)
    unit.core.listening(NOON)

    for number, area in enumerate((NEW, "25"), start=1):
        unit.hear_now(server.now(area=area, airing=airing(f"new{number}")), area=area)

    assert [name for name, outcome, _ in unit.outcomes() if outcome == "received"] == ["new1", "new2"]
    assert refused(unit) == []


def test_once_it_listens_to_the_new_area_it_obeys_nothing_else(unit, server):
    told(unit, server)
    unit.core.listening(NOON)

    for area in (AREA, "26/243", "26", OTHER, "25/0870", "2"):
        unit.hear_now(server.now(area=area, airing=airing("foreign")), area=area)

    assert refused(unit) == ["wrong_area"] * 6


def test_until_it_listens_to_the_new_area_it_still_obeys_the_former_one(unit, server):
    told(unit, server)

    unit.hear_now(server.now(area=AREA, airing=airing("former")))
    unit.hear_now(server.now(area=NEW, airing=airing("new")), area=NEW)

    assert refused(unit) == []
    assert [effect.hear for effect in listens(unit)] == [topics.area_topics(NEW)]
    assert listens(unit)[0].leave == sorted(topics.area_topics(AREA))


def test_topics_of_a_unit_above_that_stays_are_not_left(unit, server):
    told(unit, server, "26/08707")

    assert "loa/1/area/26/now" not in listens(unit)[0].leave
    assert "loa/1/area/26/243/now" in listens(unit)[0].leave


def test_it_says_so_when_it_listens(unit, server):
    told(unit, server)
    before = len(hellos(unit))

    unit.core.listening(NOON)
    unit.collect()

    assert before == 1
    assert [hello["config"] for hello in hellos(unit)] == [None, canonical.sha256(content())]


def test_it_says_which_plan_and_configuration_it_holds_as_soon_as_it_does(unit, server):
    unit.follow(airing("a"))
    unit.collect()
    planned = unit.core.plan_digest
    document = content(AREA, volume_pct=70)

    unit.hear_state(server.state(plan=planned, config=canonical.sha256(document)))
    unit.core.document(canonical.sha256(document), document, NOON)
    unit.collect()

    told = [(hello["plan"], hello["config"]) for hello in hellos(unit)]
    assert told == [(None, None), (planned, None), (planned, canonical.sha256(document))]


def test_it_says_nothing_of_it_while_it_is_alone(server):
    alone = Unit(server, connected=False)

    alone.follow(airing("a"))
    alone.collect()

    assert alone.core.plan_digest is not None
    assert hellos(alone) == []


def test_a_message_for_both_areas_is_followed_once(unit, server):
    told(unit, server)

    unit.hear_now(server.now(area=AREA, id="one", airing=airing("a")))
    unit.core.listening(NOON)
    unit.hear_now(server.now(area=NEW, id="one", airing=airing("a")), area=NEW)

    assert unit.outcomes() == [("a", "received", "")]


def test_a_message_of_the_former_area_does_not_come_back_with_the_area(unit, server):
    old = server.now(area=AREA, airing=airing("a"))
    unit.hear_now(old)
    told(unit, server)
    unit.core.listening(NOON)
    unit.hear_now(old)

    told(unit, server, AREA)
    unit.core.listening(NOON)
    unit.hear_now(old)

    assert [(outcome, reason) for _, outcome, reason in unit.outcomes()] == [
        ("received", ""), ("refused", "wrong_area"), ("refused", "replayed"),
    ]  # fmt: skip


def test_a_power_cut_before_the_new_topics_are_heard_loses_neither_area(unit, server):
    told(unit, server)

    again = Unit(server, store=unit.store)

    assert again.core.gate.area == NEW
    assert "loa/1/area/25/08707/now" in again.core.subscriptions()
    assert [effect.leave for effect in listens(again)] == [sorted(topics.area_topics(AREA))]
    again.hear_now(server.now(area=AREA, airing=airing("former")))
    assert refused(again) == []
    again.core.listening(NOON)
    again.hear_now(server.now(area=AREA, airing=airing("late")))
    assert refused(again) == ["wrong_area"]


def test_a_power_cut_before_the_file_came_asks_for_it_again(unit, server):
    unit.hear_state(server.state(config=canonical.sha256(content())))

    again = Unit(server, store=unit.store)

    assert again.core.gate.area == AREA
    assert canonical.sha256(content()) in [one.sha256 for one in again.done if isinstance(one, Fetch)]


def test_a_file_that_is_no_configuration_changes_nothing_and_is_put_on_record(unit, server):
    document = b'{"v":1,"area":"25/#"}'
    unit.hear_state(server.state(config=canonical.sha256(document)))

    unit.core.document(canonical.sha256(document), document, NOON)

    assert unit.core.gate.area == AREA
    assert refused(unit) == ["malformed"]


def test_a_configuration_nobody_signed_for_changes_nothing(unit):
    unit.core.document(canonical.sha256(content()), content(), NOON)

    assert unit.core.gate.area == AREA


def test_without_a_configuration_it_stands_where_it_was_enrolled(unit, server):
    told(unit, server)
    unit.core.listening(NOON)

    unit.hear_state(server.state())
    unit.core.listening(NOON)

    assert unit.core.gate.area == AREA
    unit.hear_now(server.now(area=NEW, airing=airing("new")), area=NEW)
    assert refused(unit) == ["wrong_area"]


def test_a_new_area_leaves_the_volume_that_was_ordered(unit, server):
    unit.hear(topics.down(unit.core.identity.device, topics.Down.COMMAND), server.command("volume", number=35))

    told(unit, server)

    assert unit.core.stage.volume.ordered_pct == 35 != VOLUME_DEFAULT_PCT


def test_a_plan_goes_on_while_the_area_changes(unit, server):
    unit.follow(airing("a", start=60))
    told_at = at(30)

    document = content()
    planned = unit.core.plan_digest
    unit.hear_state(server.state(plan=planned, config=canonical.sha256(document)), told_at)
    unit.core.document(canonical.sha256(document), document, told_at)
    unit.play_until(at(120), begin=told_at)

    assert unit.sounds() == ["a"]
    assert ("a", "played", "") in unit.outcomes()
