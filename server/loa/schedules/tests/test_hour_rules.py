"""Hour rules of units: proposed by one, laid down by another, narrowed by those above, and never rewritten."""

from dataclasses import replace
from datetime import date, time, timedelta

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from loa.bulletins.refusals import PersonNeeded
from loa.bulletins.tests.making import NOW
from loa.dispatch.tests.making import HOUR, make_airing, make_devices
from loa.kernel.errors import Denied, FreshFactorNeeded, NotFound, WrongState
from loa.orgs import queries as orgs
from loa.orgs.models import Grant
from loa.orgs.rules import Role
from loa.orgs.tests.world import LONG_HELD
from loa.schedules import commands, hours, laid, refusals, rule_preview
from loa.schedules.models import HourRule
from loa.schedules.rules.hours import ANY_HOUR, Broken, Timed, Window
from loa.schedules.tests.hour_rules import EVENING, MORNING, TODAY, every_day, lay_down, propose
from loa.schedules.tests.sending import chief_of


def spans(rule, day=TODAY):
    return [(one.start, one.end) for one in rule.on(day)]


def item(hour, minutes=5, *, key="a"):
    start = NOW.replace(hour=0) + timedelta(hours=hour - 7)
    return Timed(key=key, start_at=start, end_at=start + timedelta(minutes=minutes))


def broken(unit, *items, now=NOW - 10 * HOUR):
    return [(one.key, one.rule, one.place) for one in hours.broken(unit, items, now=now)]


def test_without_any_rule_only_the_usual_quiet_hours_hold(world):
    assert hours.rule_of(world.commune, TODAY) == ANY_HOUR
    assert broken(world.commune, item(12)) == []
    assert broken(world.commune, item(21)) == [("a", Broken.QUIET, "Xã Tam Hồng")]


def test_what_is_laid_down_holds_at_the_unit_and_below(world):
    lay_down(world, windows=every_day(MORNING, EVENING))

    for unit in (world.commune, world.hamlet):
        assert spans(hours.rule_of(unit, TODAY)) == [(330, 420), (990, 1080)]
    assert hours.rule_of(world.other_commune, TODAY) == ANY_HOUR
    assert hours.rule_of(world.commune, TODAY - timedelta(days=1)).windows == ANY_HOUR.windows
    assert broken(world.commune, item(12)) == [("a", Broken.WINDOW, "Xã Tam Hồng")]
    assert broken(world.commune, item(17)) == []


def test_a_proposal_alone_holds_nowhere(world):
    propose(world, windows=every_day(MORNING))

    assert hours.rule_of(world.commune, TODAY) == ANY_HOUR


def test_a_unit_stays_within_the_limit_of_those_above(world):
    chief = chief_of(world)
    lay_down(world, unit=world.province, by=world.province_editor, leader=chief, windows=every_day(Window(300, 1200)),
             sessions_most=3, quiet_from=time(20), quiet_until=time(5), loses=30)  # fmt: skip
    lay_down(world, windows=every_day(MORNING, Window(1140, 1320)), sessions_most=5, session_minutes=30)

    rule = hours.rule_of(world.commune, TODAY)

    assert spans(rule) == [(330, 420), (1140, 1200)]
    assert (rule.sessions_most, rule.session_longest) == (3, timedelta(minutes=30))
    assert (rule.quiet_from, rule.quiet_until) == (time(20), time(5, 30))


def test_data_may_say_that_units_below_decide_for_themselves(world):
    lay_down(world, unit=world.province, by=world.province_editor, leader=chief_of(world), windows=every_day(MORNING),
             is_limit=False)  # fmt: skip
    assert spans(hours.rule_of(world.commune, TODAY)) == [(330, 420)]

    lay_down(world, windows=every_day(EVENING))

    assert spans(hours.rule_of(world.commune, TODAY)) == [(990, 1080)]


def test_what_comes_from_above_is_judged_by_the_rules_of_where_it_sounds(world):
    lay_down(world, windows=every_day(EVENING))

    assert broken(world.province, item(12)) == [("a", Broken.WINDOW, "Xã Tam Hồng")]
    assert broken(world.province, item(17)) == []


def test_special_days_take_the_place_of_the_lasting_rule(world):
    lay_down(world, windows=every_day(MORNING))
    lay_down(world, windows=every_day(EVENING), first=TODAY + timedelta(days=2), last=TODAY + timedelta(days=2),
             is_special=True, decision="12/QĐ-UBND")  # fmt: skip

    found = [spans(hours.rule_of(world.commune, TODAY + timedelta(days=gone)), TODAY + timedelta(days=gone))
             for gone in range(1, 4)]  # fmt: skip

    assert found == [[(330, 420)], [(990, 1080)], [(330, 420)]]


def test_the_next_rule_ends_the_one_before(world):
    former = lay_down(world, windows=every_day(MORNING))
    lay_down(world, windows=every_day(EVENING), first=TODAY + timedelta(days=3))

    former.refresh_from_db()
    assert (former.state, former.during.upper) == ("in_force", TODAY + timedelta(days=3))
    lay_down(world, windows=every_day(MORNING, EVENING))
    former.refresh_from_db()
    assert former.state == "replaced"
    assert spans(hours.rule_of(world.commune, TODAY + timedelta(days=9))) == [(330, 420), (990, 1080)]


def test_a_rule_that_would_leave_the_present_one_to_go_on_after_it_is_refused(world):
    lay_down(world, windows=every_day(MORNING))
    short = propose(world, windows=every_day(EVENING), first=TODAY, last=TODAY + timedelta(days=5))

    with pytest.raises(refusals.RuleRefused):
        commands.lay_down_hours(world.leader, short, preview=rule_preview.preview(short, now=NOW).digest, now=NOW)


@pytest.mark.parametrize(
    "about",
    [
        {"first": TODAY - timedelta(days=1)},
        {"last": TODAY - timedelta(days=1)},
        {"is_special": True, "last": TODAY},
        {"is_special": True, "decision": "1/QĐ"},
        {"decision": "x" * 121},
        {"quiet_from": time(11), "quiet_until": time(13)},
        {"quiet_from": time(21), "quiet_until": time(21)},
        {"sessions_most": 0},
        {"session_minutes": 0},
        {"windows": {0: [Window(10, 30), Window(20, 40)]}},
        {"windows": {7: [Window(10, 30)]}},
    ],
)
def test_hours_that_cannot_be_are_refused(world, about):
    with pytest.raises(refusals.RuleRefused):
        propose(world, **about)
    assert not HourRule.objects.unscoped("test").exists()


def test_four_eyes_the_right_and_the_second_factor_are_asked_for(world):
    Grant.objects.create(user=world.leader_user, role_id=Role.OFFICER, unit=world.commune, during=LONG_HELD)
    both = replace(orgs.scope_for(world.leader_user), is_fresh=True)
    own, rule = propose(world, by=both), propose(world)
    digest = rule_preview.preview(rule, now=NOW).digest

    with pytest.raises(refusals.OwnProposal):
        commands.lay_down_hours(both, own, preview=digest, now=NOW)
    with pytest.raises(refusals.OwnProposal):
        commands.decline_hours(both, own, now=NOW)
    for scope, error in ((world.officer, Denied), (world.monitor, Denied), (world.outsider, NotFound)):
        with pytest.raises(error):
            commands.lay_down_hours(scope, rule, preview=digest, now=NOW)
    with pytest.raises(FreshFactorNeeded):
        commands.lay_down_hours(replace(world.leader, is_fresh=False), rule, preview=digest, now=NOW)
    with pytest.raises(Denied):
        propose(world, by=world.technician)
    with pytest.raises(NotFound):
        propose(world, by=world.other_officer)
    with pytest.raises(PersonNeeded):
        propose(world, by=world.system)


def test_a_proposal_is_decided_once(world):
    for end in (commands.decline_hours, commands.lay_down_hours):
        rule = propose(world)
        commands.take_hours_back(world.officer, rule, now=NOW)
        about = {"preview": ""} if end is commands.lay_down_hours else {}
        with pytest.raises(WrongState):
            end(world.leader, rule, now=NOW, **about)
    declined = commands.decline_hours(world.leader, propose(world), now=NOW)
    with pytest.raises(WrongState):
        commands.take_hours_back(world.officer, declined, now=NOW)


def test_the_preview_names_what_would_break_and_must_be_the_one_that_was_seen(world):
    make_devices(world.commune)
    noon = make_airing(world, start_at=NOW + 2 * HOUR, source="slot:1", title="Buổi trưa")
    make_airing(world, start_at=NOW + 7 * HOUR, source="slot:2")
    rule = propose(world, windows=every_day(MORNING, EVENING))

    told = rule_preview.preview(rule, now=NOW)

    assert [(line.title, line.start_at) for line in told.lines] == [("Buổi trưa", noon.start_at)]
    assert told.planned == 2
    make_airing(world, start_at=NOW + 3 * HOUR, source="slot:3")
    with pytest.raises(refusals.PreviewChanged):
        commands.lay_down_hours(world.leader, rule, preview=told.digest, now=NOW)


def test_what_breaks_the_present_rules_already_is_not_blamed_on_the_new_one(world):
    make_devices(world.commune)
    make_airing(world, start_at=NOW + 11 * HOUR + timedelta(minutes=30), source="slot:1")
    rule = propose(world, windows=every_day(Window(0, 1440)))

    assert rule_preview.preview(rule, now=NOW).lines == []


def test_standing_airings_count_as_sessions_and_one_that_makes_a_later_one_too_many_is_named(world):
    make_devices(world.hamlet)
    lay_down(world, windows=every_day(Window(0, 1440)), sessions_most=2)
    for number, ahead in enumerate((3, 8)):
        make_airing(world, start_at=NOW + ahead * HOUR, source=f"slot:{number}")

    assert broken(world.commune, item(15)) == [("a", Broken.SESSIONS, "Xã Tam Hồng")]
    assert broken(world.hamlet, item(15)) == [("a", Broken.SESSIONS, "Thôn Phù Lưu")]


def test_others_see_their_own_units_rules_only(world):
    rule = lay_down(world)

    assert [one.pk for one in laid.rules_of(world.monitor, world.commune)] == [rule.pk]
    assert laid.rules_of(world.outsider, world.commune) == []
    with pytest.raises(NotFound):
        laid.get(world.other_officer, rule.pk)


def test_a_proposal_waits_for_whoever_may_lay_it_down(world):
    rule = propose(world)

    assert list(laid.proposed_hours(world.leader)) == [rule]
    for scope in (world.officer, world.monitor, world.outsider):
        assert not laid.proposed_hours(scope).exists()


@pytest.mark.parametrize(
    "change",
    [
        "windows = '{}'",
        "during = daterange('2026-11-20', NULL)",
        "decided_by_id = proposed_by_id",
        "is_limit = NOT is_limit",
        "quiet_from = '22:00'",
        "state = 'proposed'",
    ],
)
def test_what_was_laid_down_stands_also_for_raw_sql(world, change):
    rule = lay_down(world)

    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE schedules_hour_rule SET {change} WHERE id = %s", [rule.pk])  # noqa: S608 - the changes stand above


@pytest.mark.parametrize(
    "windows", ['{"7": [[0, 10]]}', '{"0": [[10, 10]]}', '{"0": [[0, 1441]]}', '{"0": [[0]]}', "[]"]
)
def test_the_database_takes_no_hours_that_are_none(world, windows):
    rule = propose(world)

    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            """INSERT INTO schedules_hour_rule SELECT (jsonb_populate_record(told, jsonb_build_object(
                   'id', gen_random_uuid(), 'windows', %s::jsonb))).* FROM schedules_hour_rule AS told WHERE id = %s""",
            [windows, rule.pk],
        )


@pytest.mark.parametrize("table", ["schedules_hour_rule", "schedules_hours_override"])
def test_rules_and_overrides_are_never_emptied(world, table):
    refused = pytest.raises(DatabaseError, match=r"never emptied|not deleted|stays on record")
    with refused, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"TRUNCATE {table}")


def test_today_is_a_monday():
    assert date(2026, 11, 23) == TODAY
    assert TODAY.weekday() == 0
