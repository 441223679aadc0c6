"""The word that lets somebody speak live at night: it counts while its giver could give it, and is taken back."""

from dataclasses import replace

import pytest
from django.db import DatabaseError, connection, transaction

from loa.accounts.models import User
from loa.dispatch.tests.making import make_devices
from loa.kernel import clock
from loa.kernel.errors import Denied, NotFound, WrongState
from loa.orgs import commands as rights
from loa.orgs import queries as orgs
from loa.orgs.models import Grant
from loa.orgs.rules import Role
from loa.orgs.tests.world import LONG_HELD, make_user
from loa.schedules import commands, consents
from loa.schedules.models import SpeechConsent
from loa.schedules.night_refusals import AnothersWord, NobodyWoken, OnlyHelps
from loa.schedules.refusals import SecondPersonNeeded
from loa.schedules.rules.speaking import CONSENT_LASTS
from loa.schedules.tests.programme_making import local
from loa.schedules.tests.speaking import agree, make_speech

NIGHT = local("03:15")


@pytest.fixture
def clusters(world):
    return make_devices(world.commune, count=3)


def speak(world):
    return make_speech(world, scope=world.leader, wakes=3, now=NIGHT)


def close_account(world):
    User.objects.filter(pk=world.officer_user.pk).update(is_active=False)


def end_right(world):
    for held in Grant.objects.unscoped("test").filter(user=world.officer_user):
        rights.withdraw(world.system, held, now=clock.now())


@pytest.mark.parametrize("gone", [close_account, end_right])
def test_the_word_of_somebody_who_could_not_give_it_any_more_does_not_count(world, clusters, gone):
    word = agree(world, wakes=3, now=NIGHT)
    assert consents.counting([word]) == word

    gone(world)

    with pytest.raises(SecondPersonNeeded):
        speak(world)


def test_the_word_of_another_who_still_can_counts_instead(world, clusters):
    second = make_user("canboba", "Đỗ Thị Ba")
    Grant.objects.create(user=second, role_id=Role.OFFICER, unit=world.commune, during=LONG_HELD)
    agree(world, wakes=3, now=NIGHT)
    other = agree(world, by=orgs.scope_for(second), wakes=3, now=NIGHT)
    close_account(world)

    speech = speak(world)

    other.refresh_from_db()
    assert other.airing == speech


def test_who_gave_their_word_takes_it_back_before_it_is_used(world, clusters):
    word = agree(world, wakes=3, now=NIGHT)
    assert consents.given_by(world.officer, world.commune, now=NIGHT) == [word]

    commands.take_word_back(world.officer, word, now=NIGHT)

    with pytest.raises(SecondPersonNeeded):
        speak(world)
    with pytest.raises(WrongState):
        commands.take_word_back(world.officer, word, now=NIGHT)
    assert consents.given_by(world.officer, world.commune, now=NIGHT) == []


def test_a_word_that_was_used_is_not_taken_back(world, clusters):
    word = agree(world, wakes=3, now=NIGHT)
    speak(world)

    with pytest.raises(WrongState):
        commands.take_word_back(world.officer, word, now=NIGHT)


def test_nobody_takes_back_the_word_of_another(world, clusters):
    word = agree(world, wakes=3, now=NIGHT)

    for scope, error in ((world.outsider, NotFound), (world.monitor, Denied)):
        with pytest.raises(error):
            commands.take_word_back(scope, word, now=NIGHT)
    somebody = replace(world.officer, actor=replace(world.officer.actor, id=str(world.leader_user.pk)), as_of=None)
    with pytest.raises(AnothersWord):
        commands.take_word_back(somebody, word, now=NIGHT)
    assert speak(world).is_live


def test_nobody_agrees_to_wake_nobody(world, clusters):
    with pytest.raises(NobodyWoken):
        agree(world, wakes=0, now=NIGHT)


def test_who_helps_in_a_support_session_is_no_second_person(world, clusters):
    with pytest.raises(OnlyHelps):
        agree(world, by=replace(world.officer, support="12"), wakes=3, now=NIGHT)


@pytest.mark.parametrize(
    "words",
    [
        "UPDATE schedules_speech_consent SET taken_back_at = NULL",
        "UPDATE schedules_speech_consent SET taken_back_at = now() + interval '1 day'",
    ],
)
def test_a_word_taken_back_stays_so(world, clusters, words):
    word = agree(world, wakes=3, now=NIGHT)
    commands.take_word_back(world.officer, word, now=NIGHT)

    with pytest.raises(DatabaseError, match="schedules_speech_consent"), transaction.atomic():
        connection.cursor().execute(words)

    assert SpeechConsent.objects.unscoped("test").get().taken_back_at == NIGHT


@pytest.mark.parametrize("about", [{"wakes": 0}, {"taken_back_at": NIGHT}])
def test_no_word_is_kept_that_wakes_nobody_or_begins_taken_back(world, about):
    given = {"wakes": 3, "given_at": NIGHT, "expires_at": NIGHT + CONSENT_LASTS} | about

    with pytest.raises(DatabaseError, match="begins by waking somebody"), transaction.atomic():
        SpeechConsent.objects.create(
            unit=world.commune, speaker=world.leader_user, given_by=world.officer_user, **given
        )
