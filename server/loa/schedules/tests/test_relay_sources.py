"""Stations of others: who proposes one, who puts it in force, and what stands then."""

from dataclasses import replace

import pytest
from django.db import DatabaseError, connection, transaction

from loa.kernel.errors import Denied, FreshFactorNeeded, NotFound, WrongState
from loa.schedules import commands, sources
from loa.schedules.models import RelaySource
from loa.schedules.refusals import NothingToPlay, OwnProposal
from loa.schedules.relay_refusals import SourceRefused
from loa.schedules.tests.programme_making import NOW, make_words
from loa.schedules.tests.relays import HOST, in_force, proposed


@pytest.fixture(autouse=True)
def _named(settings):
    settings.LOA_STREAM_HOSTS, settings.LOA_STREAM_NETWORKS = [HOST], []


def test_one_proposes_a_source_and_another_puts_it_in_force(world):
    source = proposed(world)
    assert list(sources.for_unit(world.commune.path)) == []

    commands.put_source_in_force(world.leader, source, now=NOW)

    assert [one.name for one in sources.for_unit(world.commune.path)] == ["VOV1"]
    assert [one.name for one in sources.for_unit(world.hamlet.path)] == ["VOV1"]
    assert list(sources.for_unit(world.other_commune.path)) == []


def test_nobody_puts_in_force_what_they_proposed(world):
    source = proposed(world)
    both = replace(world.officer, everywhere=True)

    for decide in (commands.put_source_in_force, commands.decline_source):
        with pytest.raises(OwnProposal):
            decide(both, source, now=NOW)


def test_a_declined_source_is_passed_on_nowhere(world):
    source = commands.decline_source(world.leader, proposed(world), now=NOW)

    assert list(sources.for_unit(world.commune.path)) == []
    with pytest.raises(WrongState):
        commands.put_source_in_force(world.leader, source, now=NOW)


def test_who_puts_a_source_in_force_shows_a_second_factor_again(world):
    with pytest.raises(FreshFactorNeeded):
        commands.put_source_in_force(replace(world.leader, is_fresh=False), proposed(world), now=NOW)


@pytest.mark.parametrize("who", ["monitor", "technician", "administrator"])
def test_who_may_not_ask_proposes_nothing_and_decides_nothing(world, who):
    with pytest.raises(Denied):
        proposed(world, scope=getattr(world, who))
    source = proposed(world)
    for act in (commands.put_source_in_force, commands.decline_source, commands.withdraw_source):
        with pytest.raises(Denied):
            act(getattr(world, who), source, now=NOW)


def test_a_stranger_finds_neither_place_nor_source(world):
    source = proposed(world)

    with pytest.raises(NotFound):
        proposed(world, scope=world.outsider)
    with pytest.raises(NotFound):
        sources.get(world.outsider, source.pk)
    with pytest.raises(NotFound):
        commands.put_source_in_force(world.outsider, source, now=NOW)


@pytest.mark.parametrize(
    "about",
    [
        {"address": "https://other.example.vn/a"},
        {"address": "http://10.0.0.1/a"},
        {"address": "file:///etc/passwd"},
        {"address": f"http://{HOST}/vov1"},
        {"name": " "},
        {"responsible": ""},
        {"agreement": "\n"},
        {"name": "x" * 121},
        {"lufs": 0},
        {"lufs": -60},
    ],
)
def test_a_source_without_an_address_or_anybody_who_answers_is_refused(world, about):
    with pytest.raises(SourceRefused):
        proposed(world, **about)
    assert not RelaySource.objects.unscoped("test").exists()


def test_a_fallback_is_a_tune_of_the_unit(world):
    with pytest.raises(NothingToPlay):
        proposed(world, fallback_id=make_words(world).current.clip_id)


def test_what_was_agreed_to_stands(world):
    in_force(world)

    for words in (
        "UPDATE schedules_relay_source SET address = 'https://evil.test/'",
        "UPDATE schedules_relay_source SET state = 'proposed', decided_by_id = NULL",
        "UPDATE schedules_relay_source SET state = 'declined'",
        "DELETE FROM schedules_relay_source",
        "TRUNCATE schedules_relay_source CASCADE",
    ):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(words)


def test_a_source_is_decided_on_once_and_withdrawn_once(world):
    source = in_force(world)
    for decide in (commands.put_source_in_force, commands.decline_source):
        with pytest.raises(WrongState):
            decide(world.leader, source, now=NOW)

    commands.withdraw_source(world.officer, source, now=NOW)

    with pytest.raises(WrongState):
        commands.withdraw_source(world.officer, source, now=NOW)
