from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import DatabaseError

from loa.accounts.models import User
from loa.audit.models import Entry
from loa.bulletins import commands, queries, refusals, rules
from loa.bulletins.keeping_guidance import GuidanceKeeper
from loa.bulletins.models import Addressee, Reading
from loa.bulletins.rules import Standing
from loa.bulletins.tests.guiding import DUE, addressee_at, make_guidance
from loa.bulletins.tests.making import A_MINUTE, NOW
from loa.bulletins.tests.test_guards import attack
from loa.kernel import scope as scopes
from loa.kernel.errors import Denied, NotFound
from loa.orgs import queries as orgs
from loa.orgs.ports import Move, keepers
from loa.orgs.rules import Role
from loa.orgs.tests.world import make_user

END_OF_DUE = datetime(2026, 11, 30, 17, 0, tzinfo=UTC)
"""Midnight at the place, after the day on which it is due."""


@pytest.mark.parametrize(
    ("read", "done", "now", "stands"),
    [
        (None, None, NOW, Standing.NEW),
        (NOW, None, NOW, Standing.READ),
        (NOW, None, END_OF_DUE - timedelta(seconds=1), Standing.READ),
        (NOW, None, END_OF_DUE, Standing.OVERDUE),
        (None, None, END_OF_DUE, Standing.OVERDUE),
        (NOW, END_OF_DUE - timedelta(seconds=1), END_OF_DUE, Standing.DONE),
        (NOW, END_OF_DUE, END_OF_DUE, Standing.LATE),
    ],
)
def test_a_unit_stands_by_what_it_did_and_when_the_day_ends_at_the_place(read, done, now, stands):
    assert rules.standing(read_at=read, done_at=done, due_on=DUE, is_ended=False, now=now) == stands


def test_what_has_ended_is_overdue_for_nobody_and_what_was_done_stays_done():
    ended = {"read_at": NOW, "due_on": DUE, "is_ended": True, "now": END_OF_DUE}

    assert rules.standing(done_at=None, **ended) == Standing.ENDED
    assert rules.standing(done_at=NOW, **ended) == Standing.DONE


def test_guidance_without_a_day_is_never_overdue():
    assert rules.standing(read_at=NOW, done_at=None, due_on=None, is_ended=False, now=END_OF_DUE) == Standing.READ
    assert rules.is_in_time(END_OF_DUE, None)


def test_a_province_publishes_for_its_communes_and_sees_who_has_read_and_done_it(world):
    guidance = make_guidance(world, world.commune, world.other_commune)

    mine = addressee_at(world, guidance)
    commands.read_guidance(world.officer, mine, now=NOW + A_MINUTE)
    commands.read_guidance(world.leader, mine, now=NOW + 2 * A_MINUTE)
    commands.report_done(world.officer, mine, words="Đã phát ba tin.", now=NOW + 3 * A_MINUTE)
    found = queries.heeded(queries.addressees(world.province_editor, [guidance.pk]), now=NOW + 4 * A_MINUTE)

    assert [(one.addressee.unit, one.standing) for one in found] == [
        (world.other_commune, Standing.NEW),
        (world.commune, Standing.DONE),
    ]
    assert [(one.person, one.read_at) for one in found[1].readings] == [
        (world.officer_user, NOW + A_MINUTE),
        (world.leader_user, NOW + 2 * A_MINUTE),
    ]
    assert found[1].addressee.note == "Đã phát ba tin."
    assert Entry.objects.filter(action="bulletins.report_done", result="done").count() == 1


def test_a_unit_sees_its_own_side_and_nothing_of_its_neighbor(world):
    guidance = make_guidance(world, world.commune, world.other_commune)

    assert [one.unit for one in queries.guidance_for(world.officer)] == [world.commune]
    assert list(queries.published(world.officer)) == []
    assert [one.unit for one in queries.addressees(world.officer, [guidance.pk])] == [world.commune]
    with pytest.raises(NotFound):
        queries.addressed(world.officer, addressee_at(world, guidance, world.other_commune).pk)
    assert not queries.guidance_for(world.outsider).exists()
    assert not queries.guidance_for(world.province_editor).exists()


def test_who_may_publish_and_who_may_report(world):
    guidance = make_guidance(world)

    with pytest.raises(Denied):
        make_guidance(world, scope=world.officer, unit=world.commune)
    with pytest.raises(NotFound):
        make_guidance(world, scope=world.outsider)
    with pytest.raises(Denied):
        commands.report_done(world.leader, addressee_at(world, guidance), words="Xong", now=NOW)
    with pytest.raises(NotFound):
        commands.report_done(world.other_officer, addressee_at(world, guidance), words="Xong", now=NOW)
    with pytest.raises(NotFound):
        commands.read_guidance(world.outsider, addressee_at(world, guidance), now=NOW)
    with pytest.raises(refusals.PersonNeeded):
        commands.read_guidance(scopes.system("x"), addressee_at(world, guidance), now=NOW)


@pytest.mark.parametrize(
    ("about", "refusal"),
    [
        ({"title": " \n"}, refusals.GuidanceUnfit),
        ({"text": "\u200f"}, refusals.GuidanceUnfit),
        ({"title": "a" * 201}, refusals.TitleTooLong),
        ({"text": "a" * 1_000_000}, refusals.TextTooLong),
        ({"due_on": date(2026, 11, 22)}, refusals.DueOver),
    ],
)
def test_guidance_that_says_nothing_or_too_much_is_refused(world, about, refusal):
    with pytest.raises(refusal):
        make_guidance(world, **about)


def test_guidance_goes_to_units_below_only(world):
    with pytest.raises(refusals.NobodyBelow):
        make_guidance(world, world.province, world.outsider_commune)


def test_the_first_reading_counts(world):
    addressee = addressee_at(world, make_guidance(world))

    commands.read_guidance(world.officer, addressee, now=NOW)
    commands.read_guidance(world.officer, addressee, now=NOW + A_MINUTE)

    assert [one.read_at for one in Reading.objects.filter(addressee=addressee)] == [NOW]
    assert queries.has_read(world.officer, addressee)
    assert not queries.has_read(world.leader, addressee)


def test_done_is_said_once_with_a_note(world):
    addressee = addressee_at(world, make_guidance(world))

    with pytest.raises(refusals.DoneNoteNeeded):
        commands.report_done(world.officer, addressee, words=" ", now=NOW)
    with pytest.raises(refusals.NoteTooLong):
        commands.report_done(world.officer, addressee, words="a" * 2001, now=NOW)
    commands.report_done(world.officer, addressee, words="Xong", now=NOW)
    with pytest.raises(refusals.DoneAlready):
        commands.report_done(world.officer, addressee, words="Lại", now=NOW)


def test_what_has_ended_is_asked_no_more(world):
    guidance = make_guidance(world)

    with pytest.raises(refusals.EndReasonNeeded):
        commands.end_guidance(world.province_editor, guidance, reason=" ", now=NOW)
    commands.end_guidance(world.province_editor, guidance, reason="Thay bằng văn bản mới", now=NOW)

    for act in (
        lambda: commands.end_guidance(world.province_editor, guidance, reason="Lại", now=NOW),
        lambda: commands.remind_of_guidance(world.province_editor, guidance, now=NOW),
        lambda: commands.report_done(world.officer, addressee_at(world, guidance), words="Xong", now=NOW),
    ):
        with pytest.raises(refusals.GuidanceEnded):
            act()
    assert queries.unread_guidance(world.officer).count() == 0


def test_what_waits_is_counted_until_it_is_read_or_done_where_it_is_due(world):
    due, to_know = make_guidance(world), make_guidance(world, due_on=None)

    counts = [queries.unread_guidance(world.officer).count()]
    for guidance in (due, to_know):
        commands.read_guidance(world.officer, addressee_at(world, guidance), now=NOW)
        counts.append(queries.unread_guidance(world.officer).count())
    commands.report_done(world.officer, addressee_at(world, due), words="Xong", now=NOW)

    assert counts == [2, 2, 1]
    assert queries.unread_guidance(world.officer).count() == 0


def test_the_indicator_counts_what_was_read_and_done_in_time(world):
    guidance = make_guidance(world, world.commune, world.other_commune)
    make_guidance(world, due_on=None)
    before = make_guidance(world, now=NOW - timedelta(days=40), due_on=date(2026, 11, 1))
    commands.report_done(world.officer, addressee_at(world, guidance), words="Xong", now=NOW)
    late = addressee_at(world, guidance, world.other_commune)
    commands.report_done(world.other_officer, late, words="Muộn", now=END_OF_DUE)

    about = {"since": NOW - timedelta(days=1), "until": NOW + timedelta(days=1), "now": END_OF_DUE}
    figures = queries.guidance_figures(world.province_editor, **about)

    assert (figures.addressed, figures.read_in_time, figures.due, figures.done_in_time) == (3, 1, 2, 1)
    assert (figures.read_pct, figures.done_pct, figures.overdue) == (33, 50, 0)
    assert queries.guidance_figures(world.officer, **about).addressed == 2
    assert queries.guidance_figures(world.outsider, **about).read_pct is None
    all_of_it = queries.guidance_figures(world.province_editor, **about | {"since": before.published_at})
    assert all_of_it.overdue == 1


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE bulletins_guidance SET text = 'khác'",
        "UPDATE bulletins_guidance SET due_on = '2027-01-01'",
        "DELETE FROM bulletins_guidance",
        "TRUNCATE bulletins_guidance CASCADE",
        "UPDATE bulletins_addressee SET sent_to_id = sent_to_id + 1",
        "UPDATE bulletins_addressee SET note = 'khác'",
        "UPDATE bulletins_addressee SET done_at = done_at - interval '1 day'",
        "DELETE FROM bulletins_addressee",
        "UPDATE bulletins_reading SET read_at = read_at - interval '1 day'",
        "DELETE FROM bulletins_reading",
        "TRUNCATE bulletins_reading",
    ],
)
def test_what_was_asked_read_and_done_stands_also_against_raw_sql(world, sql):
    commands.report_done(world.officer, addressee_at(world, make_guidance(world)), words="Xong", now=NOW)

    with pytest.raises(DatabaseError, match=r"stands|not deleted|never emptied"):
        attack(sql)


def test_open_guidance_goes_along_with_its_units_and_back(world):
    guidance, keeper = make_guidance(world), GuidanceKeeper()
    move = Move(from_unit=world.commune.pk, to_unit=world.other_commune.pk)

    moved = keeper.hand_over([move], now=NOW)

    addressee = addressee_at(world, guidance, world.other_commune)
    assert (addressee.sent_to, keeper.holdings([world.other_commune.pk])) == (
        world.commune,
        {world.other_commune.pk: 1},
    )
    commands.report_done(world.other_officer, addressee, words="Xong", now=NOW)
    assert keeper.holdings([world.other_commune.pk, world.province.pk]) == {world.province.pk: 1}
    assert keeper.take_back(moved, now=NOW) == 1
    assert Addressee.objects.unscoped("test").get().unit == world.commune


def test_guidance_nobody_could_report_on_is_told(world):
    make_guidance(world, world.commune)
    make_guidance(world, world.hamlet)
    User.objects.filter(pk__in=[world.officer_user.pk, world.province_editor_user.pk]).update(is_active=False)

    assert GuidanceKeeper().without_owner([world.commune.pk, world.hamlet.pk]) == 2
    assert "guidance" in {keeper.name for keeper in keepers()}


def test_a_leader_publishes_guidance_too(world):
    chief = make_user("truongphong", "Đinh Văn Trưởng", unit=world.province, role=Role.LEADER)

    assert make_guidance(world, scope=orgs.scope_for(chief)).published_by == chief
