import threading
from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction

from loa.bulletins import commands, queries, refusals, rules
from loa.bulletins.models import Bulletin, Decision, Flow, FlowStep, Step
from loa.bulletins.rules import Asks, Where, Who
from loa.bulletins.tests.making import A_MINUTE, HEARD, NOW, make_bulletin, make_submitted
from loa.kernel import clock
from loa.kernel.errors import Denied, DomainError, NotFound
from loa.kernel.models import OutboxEntry
from loa.orgs import commands as organizing
from loa.orgs import queries as orgs
from loa.orgs.models import Grant
from loa.orgs.rules import Role
from loa.orgs.tests.world import LONG_HELD, make_user

TODAY = NOW.date()


def make_flow(world, *asks, unit=None, name="Hai bước", **about):
    """Lay down a way of the commune, step by step, as the page does."""
    flow = Flow.objects.create(
        unit=unit or world.commune,
        name=name,
        starts_on=about.pop("starts_on", TODAY),
        made_by=world.leader_user,
        made_at=NOW,
        **about,
    )
    for position, ask in enumerate(asks, 1):
        FlowStep.objects.create(
            flow=flow,
            position=position,
            asks=ask.asks,
            who=ask.who,
            where=ask.where,
            role_id=ask.role or None,
            post_id=ask.post,
            agency_id=ask.agency,
            hours=ask.hours,
            is_own_allowed=ask.is_own_allowed,
        )
    return flow


def make_leader(world, username, name, *, unit=None):
    return orgs.scope_for(make_user(username, name, unit=unit or world.commune, role=Role.LEADER))


def approve(scope, bulletin, *, number=1, step=1, **about):
    return commands.approve(
        scope, bulletin, number=number, step=step, hearing=about.pop("hearing", HEARD), now=NOW + A_MINUTE, **about
    )


def state_of(bulletin):
    return Bulletin.objects.unscoped("test").get(pk=bulletin.pk).state


def decisions(bulletin):
    made = Decision.objects.unscoped("test").filter(revision=bulletin.current_id)
    return list(made.order_by("step__position").values_list("step__position", "verdict", "decided_by__full_name"))


@pytest.fixture
def reviewer(world):
    """A post in the commune's office of culture, whose role may approve."""
    agency = organizing.open_agency(
        world.system, world.commune, name="Phòng Văn hóa – Xã hội", kind="department", opened_on=None
    )
    post = organizing.open_post(world.system, world.commune, title="Trưởng phòng", role="leader", agency=agency)
    holder = make_user("truongphong", "Phùng Thị Văn", unit=world.commune)
    Grant.objects.create(user=holder, role_id="leader", unit=world.commune, post=post, seat=1, during=LONG_HELD)
    return agency, post, orgs.scope_for(holder, is_fresh=True)


def test_without_a_flow_one_approver_decides_in_one_step(world):
    bulletin = make_submitted(world)

    assert Step.objects.unscoped("test").filter(revision=bulletin.current).count() == 1
    approve(world.leader, bulletin)

    assert state_of(bulletin) == "approved"
    assert decisions(bulletin) == [(1, "approved", "Lê Thị Lãnh")]


def test_two_steps_take_two_people_in_order(world, reviewer):
    agency, _post, office = reviewer
    make_flow(world, rules.Ask(asks=Asks.WORDS, who=Who.AGENCY, agency=agency.pk), rules.Ask(who=Who.RIGHT))
    bulletin = make_submitted(world)

    with pytest.raises(refusals.NotYourStep):
        approve(world.leader, bulletin)
    assert approve(office, bulletin).state == "submitted"
    assert state_of(bulletin) == "submitted"
    assert not OutboxEntry.objects.filter(name="bulletins.approved").exists()
    assert OutboxEntry.objects.get(name="bulletins.step_approved").body["step"] == 1
    with pytest.raises(refusals.DecidedBefore):
        approve(office, bulletin, step=2)
    approve(world.leader, bulletin, step=2)

    assert state_of(bulletin) == "approved"
    assert decisions(bulletin) == [(1, "approved", "Phùng Thị Văn"), (2, "approved", "Lê Thị Lãnh")]


def test_a_post_decides_its_step_and_nobody_else_with_the_same_right(world, reviewer):
    _agency, post, office = reviewer
    make_flow(world, rules.Ask(who=Who.POST, post=post.pk))
    bulletin = make_submitted(world)

    with pytest.raises(refusals.NotYourStep):
        approve(world.leader, bulletin)

    assert approve(office, bulletin).state == "approved"


def test_a_role_at_the_unit_above_decides_its_step(world):
    make_flow(world, rules.Ask(asks=Asks.WORDS), rules.Ask(who=Who.ROLE, role="leader", where=Where.ABOVE))
    bulletin = make_submitted(world)
    approve(world.leader, bulletin)
    deputy = make_leader(world, "phochutich", "Phan Thị Phó")
    above = make_leader(world, "huyen", "Mai Văn Huyện", unit=world.district)

    with pytest.raises(refusals.NotYourStep):
        approve(deputy, bulletin, step=2)

    assert approve(above, bulletin, step=2).state == "approved"


def test_the_wrong_unit_and_the_wrong_role_decide_no_step(world, reviewer):
    agency, _post, _office = reviewer
    make_flow(world, rules.Ask(who=Who.AGENCY, agency=agency.pk))
    bulletin = make_submitted(world)

    with pytest.raises(NotFound):
        approve(world.other_officer, bulletin)
    with pytest.raises(Denied):
        approve(world.officer, bulletin)
    with pytest.raises(refusals.PersonNeeded):
        approve(world.system, bulletin)
    assert decisions(bulletin) == []


def test_a_step_whose_post_nobody_holds_falls_to_who_has_the_right(world, reviewer):
    _agency, post, _office = reviewer
    make_flow(world, rules.Ask(who=Who.POST, post=post.pk))
    Grant.objects.unscoped("test").filter(post=post).update(during=(LONG_HELD.lower, NOW - timedelta(days=1)))
    bulletin = make_submitted(world)

    assert Step.objects.unscoped("test").get(revision=bulletin.current).is_open
    assert approve(world.leader, bulletin).state == "approved"


def test_the_nearest_flow_up_the_tree_applies_and_the_one_that_names_more_closely(world):
    make_flow(world, rules.Ask(hours=1), unit=world.province, name="Tỉnh")
    common = make_flow(world, rules.Ask(hours=2), name="Xã")
    health = make_flow(world, rules.Ask(hours=3), name="Y tế", kinds=["vaccination"])
    make_flow(world, rules.Ask(hours=4), name="Đã hết", starts_on=TODAY - timedelta(days=9), ends_on=TODAY)
    make_flow(world, rules.Ask(hours=5), name="Chưa đến", starts_on=TODAY + timedelta(days=1))

    plain = make_submitted(world)
    shot = make_bulletin(world)
    commands.revise(
        world.officer,
        shot,
        title=shot.title,
        text=shot.current.text,
        clip_id=shot.current.clip_id,
        voice="vi",
        facts=rules.Facts(kind=rules.Kind.VACCINATION),
        now=NOW,
    )
    commands.submit(world.officer, shot, now=NOW)

    steps = Step.objects.unscoped("test")
    assert steps.get(revision=plain.current).flow == common
    assert steps.get(revision=shot.current).flow == health


def test_a_new_flow_does_not_rewrite_what_was_handed_in(world, reviewer):
    agency, _post, _office = reviewer
    bulletin = make_submitted(world)

    make_flow(world, rules.Ask(asks=Asks.WORDS, who=Who.AGENCY, agency=agency.pk), rules.Ask())

    assert approve(world.leader, bulletin).state == "approved"


def test_a_second_approver_of_the_same_step_is_told_and_does_not_decide_the_next(world):
    make_flow(world, rules.Ask(asks=Asks.WORDS), rules.Ask())
    bulletin = make_submitted(world)
    approve(world.leader, bulletin)

    with pytest.raises(refusals.AlreadyDecided):
        approve(make_leader(world, "phochutich", "Phan Thị Phó"), bulletin)

    assert state_of(bulletin) == "submitted"


@pytest.mark.django_db(transaction=True)
def test_of_two_who_decide_one_step_at_once_one_wins_and_the_next_step_still_waits(world):
    make_flow(world, rules.Ask(asks=Asks.WORDS), rules.Ask())
    bulletin = make_submitted(world)
    scopes = [world.leader, make_leader(world, "phochutich", "Phan Thị Phó")]
    start, answers = threading.Barrier(2), []

    def decide(scope):
        seen = Bulletin.objects.unscoped("test").select_related("unit").get(pk=bulletin.pk)
        start.wait(timeout=10)
        try:
            answers.append(approve(scope, seen).state)
        except DomainError as refusal:
            answers.append(refusal.code)
        finally:
            connection.close()

    threads = [threading.Thread(target=decide, args=[scope]) for scope in scopes]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=20)

    assert sorted(answers) == [refusals.AlreadyDecided.code, "submitted"]
    assert len(decisions(bulletin)) == 1


def test_sending_back_at_any_step_ends_the_round_and_the_next_one_begins_anew(world):
    make_flow(world, rules.Ask(asks=Asks.WORDS), rules.Ask())
    bulletin = make_submitted(world)
    approve(world.leader, bulletin)
    deputy = make_leader(world, "phochutich", "Phan Thị Phó")

    commands.send_back(deputy, bulletin, number=1, step=2, note="Thêm giờ.", now=NOW + A_MINUTE)
    assert state_of(bulletin) == "returned"
    words = Bulletin.objects.unscoped("test").select_related("unit", "current").get(pk=bulletin.pk)
    commands.revise(
        world.officer, words, title=words.title, text=words.current.text, clip_id=words.current.clip_id, voice="vi",
        now=NOW,
    )  # fmt: skip
    commands.submit(world.officer, words, now=NOW)

    with pytest.raises(refusals.AlreadyDecided):
        approve(deputy, words, number=2, step=2)
    assert approve(deputy, words, number=2).state == "submitted"


def test_who_stands_in_decides_the_step_of_the_post_and_both_are_named(world, reviewer):
    _agency, post, office = reviewer
    make_flow(world, rules.Ask(who=Who.POST, post=post.pk))
    bulletin = make_submitted(world)
    deputy = make_user("phophong", "Đoàn Văn Phó", unit=world.commune)
    held = Grant.objects.unscoped("test").get(post=post)
    organizing.delegate(
        office, held, to=deputy, start_at=NOW, until=clock.now() + timedelta(days=2), reason="đi họp tỉnh", now=NOW
    )

    approve(orgs.scope_for(deputy, now=NOW + A_MINUTE), bulletin)

    made = Decision.objects.unscoped("test").get(revision=bulletin.current)
    assert (made.decided_by, made.stands_in_for.full_name) == (deputy, "Phùng Thị Văn")
    (told,) = queries.steps(world.leader, bulletin.current, now=NOW)
    assert told.decision == made


def both_hands(world):
    """One person as officer and leader of the commune."""
    user = make_user("kiemnhiem", "Ngô Văn Kiêm", unit=world.commune, role=Role.OFFICER)
    Grant.objects.create(user=user, role_id="leader", unit=world.commune, during=LONG_HELD)
    return user, orgs.scope_for(user)


def test_one_person_approves_their_own_words_only_where_flow_and_deployment_say_so_and_with_a_reason(world, settings):
    user, scope = both_hands(world)
    bulletin = make_bulletin(world, scope=scope, user=user)
    make_flow(world, rules.Ask(is_own_allowed=True))
    commands.submit(scope, bulletin, now=NOW)

    settings.LOA_TWO_DUTIES = False
    with pytest.raises(refusals.OwnWork):
        approve(scope, bulletin, own_reason="chỉ có một người trực")
    settings.LOA_TWO_DUTIES = True
    with pytest.raises(refusals.OwnReasonNeeded):
        approve(scope, bulletin, own_reason=" \n")
    approve(scope, bulletin, own_reason="chỉ có một người trực")

    made = Decision.objects.unscoped("test").get(revision=bulletin.current)
    assert (made.own_reason, state_of(bulletin)) == ("chỉ có một người trực", "approved")


def test_the_deployment_alone_lets_nobody_approve_their_own_words(world, settings):
    settings.LOA_TWO_DUTIES = True
    user, scope = both_hands(world)
    bulletin = make_bulletin(world, scope=scope, user=user)
    commands.submit(scope, bulletin, now=NOW)

    with pytest.raises(refusals.OwnWork):
        approve(scope, bulletin, own_reason="chỉ có một người trực")


def attack(sql, *parameters):
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(sql, parameters)


def decide_by_hand(revision, step, user, *, verdict="approved", reason=""):
    attack(
        "INSERT INTO bulletins_decision (id, revision_id, step_id, verdict, decided_by_id, decided_at, heard_way, "
        "heard_pct, own_reason) VALUES (gen_random_uuid(), %s, %s, %s, %s, now(), 'declared', 0, %s)",
        revision.pk, step.pk, verdict, user.pk, reason,
    )  # fmt: skip


def test_the_database_approves_nothing_before_every_step_is_decided(world):
    make_flow(world, rules.Ask(asks=Asks.WORDS), rules.Ask())
    bulletin = make_submitted(world)
    approve(world.leader, bulletin)

    with pytest.raises(DatabaseError, match="every step is decided first"):
        attack(
            "UPDATE bulletins_revision SET state = 'approved', decided_at = now(), decided_by_id = %s WHERE id = %s",
            world.leader_user.pk,
            bulletin.current_id,
        )


def test_the_database_takes_decisions_in_turn_of_others_and_once(world):
    make_flow(world, rules.Ask(asks=Asks.WORDS, is_own_allowed=False), rules.Ask())
    bulletin = make_submitted(world)
    first, second = Step.objects.unscoped("test").filter(revision=bulletin.current).order_by("position")

    with pytest.raises(DatabaseError, match="only a step that waits"):
        decide_by_hand(bulletin.current, second, world.leader_user)
    with pytest.raises(DatabaseError, match="another person decides"):
        decide_by_hand(bulletin.current, first, world.officer_user, reason="tôi muốn thế")
    approve(world.leader, bulletin)
    second.refresh_from_db()
    with pytest.raises(DatabaseError, match="four_eyes"):
        decide_by_hand(bulletin.current, second, world.leader_user)
    other = make_submitted(world)
    with pytest.raises(DatabaseError, match="only a step that waits"):
        decide_by_hand(other.current, second, world.leader_user)


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE bulletins_decision SET heard_pct = 100, heard_way = 'played'",
        "UPDATE bulletins_decision SET decided_by_id = decided_by_id + 1",
        "DELETE FROM bulletins_decision",
        "TRUNCATE bulletins_decision",
        "DELETE FROM bulletins_step",
        "TRUNCATE bulletins_step CASCADE",
        "UPDATE bulletins_step SET position = 9",
        "UPDATE bulletins_step SET due_at = due_at + interval '1 day'",
        "UPDATE bulletins_flow_step SET hours = 1",
        "DELETE FROM bulletins_flow_step",
        "UPDATE bulletins_flow SET name = 'khác'",
        "DELETE FROM bulletins_flow",
    ],
)
def test_steps_flows_and_decisions_stand_also_for_raw_sql(world, sql):
    make_flow(world, rules.Ask(hours=5))
    bulletin = make_submitted(world)
    approve(world.leader, bulletin)

    with pytest.raises(DatabaseError, match=r"stands|never emptied"):
        attack(sql)
