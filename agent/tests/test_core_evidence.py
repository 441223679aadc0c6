"""Promise 5: evidence is kept until the server has committed it, sent again until then, and paced."""

import itertools
from datetime import timedelta

from loa_agent.effects import Arm, Send
from loa_agent.evidence import FLIGHTS, REFUSALS_KEPT, Evidence
from loa_agent.store import MemoryStore
from loa_protocol import envelope, limits, messages
from loa_protocol.condition import Condition, Power
from loa_protocol.messages import Ack, Outcome
from loa_protocol.plan import Priority

from .conftest import NOON, Unit, airing, at

KEY = b"k" * 32


def evidence(count=0, store=None):
    made = Evidence(store or MemoryStore(), device="d", key=KEY)
    for number in range(count):
        made.record(Outcome.PLAYED, at=at(number), airing=f"a{number}")
    return made


def numbers(sends):
    batches = [messages.load(envelope.unseal(one.payload, KEY, one.topic))["events"] for one in sends]
    return [[event["seq"] for event in batch] for batch in batches]


def test_after_an_outage_a_few_full_batches_are_under_way_and_the_acknowledgements_set_the_pace():
    kept = evidence(limits.EVENTS_PER_BATCH * (FLIGHTS + 2))

    first = numbers(kept.due(NOON))
    nothing = numbers(kept.due(NOON))
    kept.acknowledged(Ack(at=NOON, ranges=[(1, limits.EVENTS_PER_BATCH)]))
    following = numbers(kept.due(NOON))

    assert [len(batch) for batch in first] == [limits.EVENTS_PER_BATCH] * FLIGHTS
    assert nothing == []
    assert [batch[0] for batch in following] == [FLIGHTS * limits.EVENTS_PER_BATCH + 1]


def test_what_is_not_acknowledged_is_sent_again_later_and_later():
    kept = evidence(1)

    sent_at = [second for second in range(200) if list(kept.due(at(second)))]

    gaps = [after - before for before, after in itertools.pairwise(sent_at)]
    assert gaps[:4] == [10, 20, 40, 60]
    assert kept.next_at() is not None


def test_only_what_the_server_names_is_forgotten():
    store = MemoryStore()
    kept = evidence(5, store)
    list(kept.due(NOON))

    kept.acknowledged(Ack(at=NOON, ranges=[(2, 3), (5, 5), (90, 99), (7, 6)]))

    assert [seq for seq, _ in store.evidence()] == [1, 4]
    assert kept.pending == 2


def test_numbers_go_on_without_a_gap_after_everything_was_acknowledged_and_a_power_cut():
    store = MemoryStore()
    kept = evidence(3, store)
    kept.acknowledged(Ack(at=NOON, ranges=[(1, 3)]))

    again = evidence(1, store)

    assert [seq for seq, _ in store.evidence()] == [4]
    assert again.last_seq == 4


def test_a_batch_never_outgrows_a_message():
    kept = Evidence(MemoryStore(), device="d", key=KEY)
    for _ in range(limits.EVENTS_PER_BATCH):
        kept.record(Outcome.PLAYED, at=NOON, airing="a" * 64, clip="c" * 64, reason="r" * 2000)

    assert all(len(send.payload) < limits.MESSAGE_MAX_BYTES for send in kept.due(NOON))


def test_a_forger_cannot_fill_the_disk():
    kept = evidence(0)
    kept._pending = dict.fromkeys(range(REFUSALS_KEPT), b"")

    kept.record(Outcome.REFUSED, at=NOON, reason="bad_signature")
    kept.record(Outcome.PLAYED, at=NOON, airing="a")

    assert kept.unrecorded == 1
    assert kept.last_seq == 1


def test_an_urgent_message_is_answered_at_once(unit, server):
    effects = unit.hear_now(server.now(airing=airing("storm", start=5)))

    sent = [one for one in effects if isinstance(one, Send)]
    batch = messages.load(envelope.unseal(sent[0].payload, server.device_key, sent[0].topic))
    assert [(event["outcome"], event["airing"]) for event in batch["events"]] == [("received", "storm")]


def test_nothing_is_sent_without_a_connection_and_all_of_it_on_return(server):
    unit = Unit(server, connected=False)
    unit.follow(airing("a", start=60), airing("b", start=120))
    unit.play_until(at(600))
    before = unit.sent()

    unit.core.link_up(at(700))

    kinds = [one.topic.rpartition("/")[2] for one in unit.collect()]
    assert before == []
    assert kinds == ["hello", "event"]


def test_an_acknowledgement_tells_how_wrong_the_clock_is(unit, server):
    unit.hear_now(server.now(airing=airing("storm", start=5)))

    unit.hear_ack((1, 1), now=at(0.2), server_at=at(-4.9))

    assert unit.core.clock.offset_ms == 5000
    assert unit.core.clock.trusted


def test_an_old_acknowledgement_held_back_by_somebody_cannot_talk_the_clock_out_of_being_right(unit, server):
    unit.hear_now(server.now(airing=airing("storm", start=5)))

    unit.hear_ack((1, 1), now=at(3600), server_at=at(1))

    assert unit.core.clock.offset_ms == 0


def test_an_acknowledgement_of_nothing_new_says_nothing_about_the_clock(unit, server):
    unit.hear_now(server.now(airing=airing("storm", start=5)))
    unit.hear_ack((1, 1), now=at(0.1))

    unit.hear_ack((1, 1), now=at(100), server_at=at(-9000))

    assert unit.core.clock.offset_ms == -50


def test_with_a_clock_that_is_minutes_off_alerts_play_by_the_server_s_time_and_the_rest_does_not(server):
    ahead = timedelta(seconds=300)
    unit = Unit(server, now=at(0) + ahead)
    unit.follow(airing("news", start=400), now=at(0) + ahead)
    unit.hear_now(server.now(airing_id="x"), at(1) + ahead)
    unit.hear_ack((1, 1), now=at(1.2) + ahead, server_at=at(1.1))

    unit.hear_now(server.now(airing=airing("storm", start=20, priority=Priority.ALERT)), at(10) + ahead)
    unit.play_until(at(600) + ahead, begin=at(10) + ahead)

    assert not unit.core.clock.trusted
    storm = [one.at - ahead for one in unit.done if isinstance(one, Arm)]
    assert [round((one - at(20)).total_seconds(), 1) for one in storm] == [0]
    assert ("storm", "played", "") in unit.outcomes()
    assert ("news", "missed", "clock_untrusted") in unit.outcomes()


def beats(unit):
    sent = [one for one in unit.sent() if one.topic.endswith("/up/beat")]
    return [messages.load(envelope.unseal(one.payload, unit.server.device_key, one.topic)) for one in sent]


def beat(unit, seconds, **known):
    unit.core.beat(at(seconds), condition=Condition(**known))
    unit.collect()


def test_a_condition_is_told_at_first_when_it_changes_notably_and_every_five_minutes(unit):
    beat(unit, 0, power=Power.MAINS, temperature_c=40.0)
    beat(unit, 30, power=Power.MAINS, temperature_c=44.0)
    beat(unit, 60, power=Power.BATTERY, temperature_c=44.0)
    beat(unit, 90, power=Power.BATTERY, temperature_c=44.0)
    beat(unit, 360, power=Power.BATTERY, temperature_c=44.0)

    assert [one.get("condition", {}).get("power") for one in beats(unit)] == [
        "mains", None, "battery", None, "battery",
    ]  # fmt: skip


def test_a_condition_tells_the_level_that_was_last_measured(unit):
    unit.follow(airing("a", start=1, seconds=5))
    unit.play_until(at(20), level=-23.5)

    beat(unit, 30, power=Power.MAINS)

    assert beats(unit)[-1]["condition"]["output_dbfs"] == -23.5
