"""Promises 1, 2 and 8: nothing unsigned, old or foreign is obeyed, and each refusal is on record."""

import pytest

from loa_agent.effects import FetchKeys
from loa_protocol import plan, signing
from loa_protocol.refusal import Reason
from loa_protocol.signing import Purpose

from .conftest import DEVICE, NOON, Unit, airing, at

OTHER_DEVICE = "0193b3f2-0000-7000-8000-000000000002"
ALERT = airing("storm", start=1, priority=plan.Priority.ALERT)


def refusals(unit):
    return [event["reason"] for event in unit.events if event["outcome"] == "refused"]


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"exp": 0}, Reason.EXPIRED),
        ({"iat": 120}, Reason.NOT_YET),
        ({"area": "26/243/08710"}, Reason.WRONG_AREA),
        ({"area": "26/243/08707/1"}, Reason.WRONG_AREA),
        ({"purpose": Purpose.STATE}, Reason.WRONG_TYPE),
    ],
)
def test_an_urgent_message_is_refused_and_put_on_record(unit, server, change, reason):
    unit.hear_now(server.now(airing=ALERT, **change))

    assert refusals(unit) == [reason.value]
    assert unit.sounds() == []
    assert len(unit.sent()) == 2  # hello, and the refusal at once


def test_the_same_message_unchanged_is_played(unit, server):
    unit.hear_now(server.now(airing=ALERT))

    assert refusals(unit) == []
    assert unit.sounds() == ["storm"]


def test_a_message_with_one_changed_letter_is_refused(unit, server):
    head, body, signature = server.now(airing=ALERT).split(b".")
    forged = b".".join([head, body[:-4] + b"AAAA", signature])

    unit.hear_now(forged)

    assert refusals(unit) == ["bad_signature"]
    assert unit.sounds() == []


@pytest.mark.parametrize("rubbish", [b"", b"x", b"a.b.c", b"\xff\xfe\x00", b"{}", b"." * 300, "ă.ă.ă".encode()])
def test_rubbish_is_refused(unit, rubbish):
    unit.hear_now(rubbish)

    assert refusals(unit) == ["malformed"]


def test_a_stranger_s_key_is_asked_about_once_then_refused(unit, server):
    forged = server.now(airing=ALERT, key=signing.generate())

    effects = unit.hear_now(forged)
    unit.core.learn_keys(server.key_list, NOON)
    unit.tick(NOON)

    assert any(isinstance(effect, FetchKeys) for effect in effects)
    assert refusals(unit) == ["unknown_key"]
    assert unit.sounds() == []


def test_a_stranger_s_key_is_refused_when_the_server_cannot_be_asked(unit, server):
    unit.hear_now(server.now(airing=ALERT, key=signing.generate()))
    unit.core.keys_answered(NOON)
    unit.hear_now(server.now(airing=ALERT, key=signing.generate()), at(1))

    assert refusals(unit) == ["unknown_key", "unknown_key"]
    assert sum(isinstance(effect, FetchKeys) for effect in unit.done) == 1


def test_a_new_key_is_learned_and_the_waiting_message_followed(unit, server):
    new = signing.generate()
    unit.hear_now(server.now(airing=ALERT, key=new))

    unit.core.learn_keys(server.vouch(new, seq=2), NOON)
    unit.tick(NOON)

    assert refusals(unit) == []
    assert unit.sounds() == ["storm"]


def test_a_revoked_key_is_refused_and_its_plan_is_dropped(unit, server):
    unit.follow(airing("bulletin", start=60))
    revoked = server.vouch(server.key, seq=2, revoked=[signing.key_id(server.key)])

    unit.core.learn_keys(revoked, NOON)
    unit.hear_now(server.now(airing=ALERT))
    unit.play_until(at(120))

    assert refusals(unit) == ["revoked_key"]
    assert unit.sounds() == []


def test_an_older_key_list_is_refused(unit, server):
    unit.core.learn_keys(server.vouch(server.key, seq=5), NOON)
    unit.core.learn_keys(server.vouch(signing.generate(), seq=4), NOON)

    assert refusals(unit) == ["rolled_back"]
    assert unit.core.trust.seq == 5


def test_a_key_list_of_another_root_is_refused(unit, server):
    stranger = type(server)()

    unit.core.learn_keys(stranger.key_list, NOON)

    assert refusals(unit) == ["bad_signature"]


def test_a_replayed_message_is_refused_once_on_record_and_played_once(unit, server):
    message = server.now(airing=ALERT)

    for _ in range(5):
        unit.hear_now(message)

    assert refusals(unit) == ["replayed"]
    assert unit.sounds() == ["storm"]


def test_a_message_is_not_forgotten_by_a_power_cut(unit, server):
    message = server.now(airing=ALERT)
    unit.hear_now(message)
    unit.play_until(at(60))

    again = Unit(server, store=unit.store, now=at(61))
    again.hear_now(message, at(61))

    assert refusals(again) == ["replayed"]
    assert again.sounds() == []


def test_a_message_signed_again_for_a_returning_device_is_followed_once(unit, server):
    unit.hear_now(server.now(airing=ALERT, id="one"))
    unit.hear_now(server.now(airing=ALERT, id="one"))

    assert refusals(unit) == []
    assert [event["outcome"] for event in unit.events] == ["received"]


def test_a_message_far_behind_the_window_is_rolled_back(unit, server):
    unit.hear_now(server.now(airing=ALERT, seq=5000))
    unit.hear_now(server.now(airing=airing("old"), seq=10))

    assert refusals(unit) == ["rolled_back"]


def test_a_message_overtaken_by_a_newer_one_still_counts(unit, server):
    unit.hear_now(server.now(airing=ALERT, seq=12))
    unit.hear_now(server.now(airing_id="x", seq=11))

    assert refusals(unit) == []


def test_a_message_for_other_devices_of_the_area_is_no_offence(unit, server):
    unit.hear_now(server.now(airing=ALERT, devices=[OTHER_DEVICE]))

    assert unit.events == []
    assert unit.sounds() == []


def test_a_message_naming_this_device_is_followed(unit, server):
    unit.hear_now(server.now(airing=ALERT, devices=[OTHER_DEVICE, DEVICE]))

    assert unit.sounds() == ["storm"]


def test_a_message_for_a_unit_above_is_followed(unit, server):
    unit.hear_now(server.now(airing=ALERT, area="26"), area="26")

    assert unit.sounds() == ["storm"]


def test_the_state_of_another_device_is_refused(unit, server):
    unit.hear_state(server.state(device=OTHER_DEVICE, plan="ab" * 32))

    assert refusals(unit) == ["wrong_device"]
    assert unit.fetches() == []


def test_an_older_state_is_refused_also_after_a_power_cut(unit, server):
    old = server.state(plan="aa" * 32)
    unit.hear_state(server.state(plan="bb" * 32))

    unit.hear_state(old)
    again = Unit(server, store=unit.store)
    again.hear_state(old)

    assert refusals(again) == ["rolled_back", "rolled_back"]
    assert again.core.gate.state.plan == "bb" * 32


def test_the_retained_state_heard_again_is_no_offence(unit, server):
    state = server.state(plan="aa" * 32)

    unit.hear_state(state)
    unit.hear_state(state)

    assert unit.events == []


def test_two_states_of_one_number_are_a_replay(unit, server):
    unit.hear_state(server.state(plan="aa" * 32, seq=7))
    unit.hear_state(server.state(plan="bb" * 32, seq=7))

    assert refusals(unit) == ["replayed"]


def test_an_expired_state_stops_the_plan(unit, server):
    unit.follow(airing("late", start=31 * 86400))

    unit.play_until(at(32 * 86400), begin=at(30 * 86400 + 1))

    assert unit.sounds() == []


def test_a_plan_of_another_digest_is_never_followed(unit, server):
    unit.hear_state(server.state(plan="aa" * 32))

    unit.core.document("aa" * 32, plan.encode(plan.Plan(start_at=at(0), end_at=at(9), airings=[airing()])), NOON)
    unit.play_until(at(120))

    assert refusals(unit) == ["digest_mismatch"]
    assert unit.sounds() == []


def test_media_that_is_something_else_is_on_record_and_not_played(server):
    unit = Unit(server, held=())
    unit.hear_now(server.now(airing=ALERT))

    unit.core.file_refused(ALERT.clips[0].sha256, Reason.DIGEST_MISMATCH, NOON)
    unit.play_until(at(120))

    assert ("storm", "refused", "digest_mismatch") in unit.outcomes()
    assert ("storm", "missed", "media_missing") in unit.outcomes()
    assert unit.sounds() == []


@pytest.mark.parametrize(
    ("make", "reason"),
    [
        (lambda server: server.command("shell"), "unknown_verb"),
        (lambda server: server.command("stop", device=OTHER_DEVICE), "wrong_device"),
        (lambda server: server.command("stop", exp=0), "expired"),
    ],
)
def test_a_command_is_refused(unit, server, make, reason):
    unit.hear_command(make(server))

    assert refusals(unit) == [reason]


def test_a_command_works_once(unit, server):
    command = server.command("volume", number=35)

    unit.hear_command(command)
    unit.hear_command(command)

    assert refusals(unit) == ["replayed"]
    assert unit.core.stage.volume.ordered_pct == 35
    assert Unit(server, store=unit.store).core.stage.volume.ordered_pct == 35


def test_an_acknowledgement_without_the_seal_removes_nothing(unit, server):
    unit.hear_now(server.now(airing=ALERT))
    server_key, server.device_key = server.device_key, b"w" * 32

    unit.hear_ack((1, 1))
    server.device_key = server_key

    assert unit.outcomes() == [("storm", "received", ""), (None, "refused", "bad_signature")]


def test_a_state_heard_first_as_an_urgent_message_is_still_believed_as_a_state(unit, server):
    state = server.state(plan="aa" * 32)

    unit.hear_now(state)
    unit.hear_state(state)

    assert refusals(unit) == ["wrong_type"]
    assert unit.core.gate.state.plan == "aa" * 32
