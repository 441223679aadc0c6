import threading
from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import connection

from loa.audit.models import Entry
from loa.kernel import clock
from loa.kernel.errors import Denied, FreshFactorNeeded, NotFound, WrongState
from loa.orgs import commands, queries
from loa.orgs.changes import Altering, Opening, Placing, Plan
from loa.orgs.models import Grant, Handover, Lineage, Unit, UnitVersion
from loa.orgs.refusals import (
    DayHasCome,
    DayNotCome,
    EarlierWaits,
    PlanRefused,
    ProposedAlready,
    ReverseLater,
    SamePerson,
    SeenOtherwise,
    TouchedSince,
)
from loa.orgs.rules import Role
from loa.orgs.tests.reorganising import (
    DAY,
    MIDNIGHT,
    NOW,
    approved,
    fresh,
    in_force,
    make_basis,
    merge,
    propose,
    second_administrator,
    shelf_of,
)
from loa.orgs.tests.world import make_user

MOMENT = timedelta(microseconds=1)


def again(unit):
    return Unit.objects.unscoped("test").get(pk=unit.pk)


def the_merger():
    """Đồng Cương goes into Tam Hồng."""
    return merge("09043", "09037", name="Xã Tam Hồng Mới")


def test_a_proposal_changes_nothing(world):
    made = propose(world, the_merger())

    assert made.state == "proposed"
    assert again(world.other_commune).closed_on is None
    assert UnitVersion.objects.unscoped("test").filter(during__endswith=DAY).count() == 0
    assert list(queries.reorganisations(world.administrator)) == [made]


def test_approval_writes_the_tree_of_the_day_and_leaves_today_alone(world):
    approved(world, the_merger())

    versions = UnitVersion.objects.unscoped("test")
    assert versions.get(unit=world.commune, during__contains=DAY).name == "Xã Tam Hồng Mới"
    assert versions.get(unit=world.commune, during__contains=DAY - timedelta(days=1)).name == "Xã Tam Hồng"
    assert not versions.filter(unit=world.other_commune, during__contains=DAY).exists()
    assert Lineage.objects.unscoped("test").filter(on=DAY).count() == 2
    assert (again(world.commune).name, again(world.other_commune).closed_on) == ("Xã Tam Hồng", None)


def test_at_midnight_units_and_things_follow(world, monkeypatch):
    shelf = shelf_of(monkeypatch, loa=world.other_commune.pk, micro=world.commune.pk)
    made = approved(world, the_merger())

    assert commands.carry_out(world.system, made, now=MIDNIGHT)

    closed, heir = again(world.other_commune), again(world.commune)
    assert (closed.closed_on, closed.path, closed.parent_id) == (DAY, "26/251/09043/09037", heir.pk)
    assert (heir.name, heir.folded_name, heir.former_paths) == ("Xã Tam Hồng Mới", "xa tam hong moi", ["26/251/09037"])
    assert shelf.at == {"loa": world.commune.pk, "micro": world.commune.pk}
    assert shelf.told == [{world.other_commune.pk}]
    made.refresh_from_db()
    assert (made.state, made.carried_out_at) == ("in_force", MIDNIGHT)
    kept = Handover.objects.unscoped("test").get(keeper="shelf")
    assert (kept.name, kept.from_unit_id, kept.to_unit_id) == ("loa", world.other_commune.pk, world.commune.pk)


def test_whoever_holds_the_successor_reads_what_the_closed_unit_wrote(world):
    in_force(world, the_merger())

    scope = queries.scope_for(world.officer_user)

    assert scope.can("bulletins.view", "26/251/09043/09037")
    assert scope.can("bulletins.view", "26/251/09037")


def test_the_same_person_never_approves(world):
    made = propose(world, the_merger())

    with pytest.raises(SamePerson):
        commands.approve(fresh(world.administrator_user), made, plan_sha256=made.plan_sha256, now=NOW)
    with pytest.raises(SamePerson):
        commands.decline(fresh(world.administrator_user), made, note="không", now=NOW)


def test_approval_asks_for_a_fresh_factor_and_for_what_was_seen(world):
    made = propose(world, the_merger())
    approver = second_administrator(world)

    with pytest.raises(FreshFactorNeeded):
        commands.approve(
            replace(queries.scope_for(approver), is_fresh=False), made, plan_sha256=made.plan_sha256, now=NOW
        )
    with pytest.raises(SeenOtherwise):
        commands.approve(fresh(approver), made, plan_sha256="0" * 64, now=NOW)
    commands.place_people(world.administrator, made, people=[Placing(unit="09043")])
    with pytest.raises(SeenOtherwise):
        commands.approve(fresh(approver), made, plan_sha256=made.plan_sha256, now=NOW)


def test_a_plan_changed_behind_our_back_is_not_what_was_seen(world):
    made = propose(world, the_merger())
    made.plan["alters"][0]["name"] = "Xã Khác"
    made.save()

    with pytest.raises(SeenOtherwise):
        commands.approve(fresh(second_administrator(world)), made, plan_sha256=made.plan_sha256, now=NOW)


@pytest.mark.parametrize("who", ["officer", "leader", "monitor", "technician", "province_editor"])
def test_nobody_without_the_right_proposes_or_decides(world, who):
    made = propose(world, the_merger())
    scope = replace(getattr(world, who), is_fresh=True)

    with pytest.raises((Denied, NotFound)):
        propose(world, the_merger(), scope=scope)
    with pytest.raises((Denied, NotFound)):
        commands.approve(scope, made, plan_sha256=made.plan_sha256, now=NOW)
    with pytest.raises((Denied, NotFound)):
        commands.carry_out(scope, made, now=MIDNIGHT)
    assert list(Entry.objects.filter(action="orgs.approve").values_list("result", flat=True)) in (
        ["denied"],
        ["not_found"],
    )


def test_nobody_carries_out_but_the_clock(world):
    made = approved(world, the_merger())

    with pytest.raises(Denied):
        commands.carry_out(fresh(world.administrator_user), made, now=MIDNIGHT)


def test_a_unit_of_another_province_is_out_of_reach(world):
    plan = merge("09043", "05440")

    with pytest.raises(NotFound):
        propose(world, plan)


def test_who_administers_a_commune_changes_what_is_below_but_not_the_commune(world):
    user = make_user("quanxa", "Lò Văn Xã", unit=world.commune)
    Grant.objects.create(user=user, role_id="administrator", unit=world.commune)
    scope = fresh(user)

    def of_commune(plan):
        return commands.propose(
            scope, world.commune, title="Đổi tên", basis=make_basis(plan.alters[0].code), effective_on=DAY, plan=plan,
            now=NOW,
        )  # fmt: skip

    assert of_commune(Plan(alters=[Altering(code="09043.01", name="Thôn Mới")])).state == "proposed"
    with pytest.raises((Denied, NotFound)):
        of_commune(Plan(alters=[Altering(code="09043", name="Xã Oai")]))


def test_two_at_once_one_approves(world):
    made = propose(world, the_merger())
    one, other = second_administrator(world), make_user("quantri3", "Đinh Văn Ba", unit=world.province)
    Grant.objects.create(user=other, role_id="administrator", unit=world.province)
    commands.approve(fresh(one), made, plan_sha256=made.plan_sha256, now=NOW)

    with pytest.raises(WrongState):
        commands.approve(fresh(other), made, plan_sha256=made.plan_sha256, now=NOW)
    with pytest.raises(WrongState):
        commands.decline(fresh(other), made, note="muộn", now=NOW)

    assert UnitVersion.objects.unscoped("test").filter(unit=world.commune, during__contains=DAY).count() == 1


def test_a_proposal_is_declined_or_withdrawn_once(world):
    declined, withdrawn = propose(world, the_merger()), None
    commands.decline(fresh(second_administrator(world)), declined, note="chưa đủ hồ sơ", now=NOW)
    withdrawn = commands.propose(
        world.administrator, world.province, title="Lại", basis=declined.basis, effective_on=DAY, plan=the_merger(),
        now=NOW,
    )  # fmt: skip
    commands.withdraw_proposal(world.administrator, withdrawn, now=NOW)

    declined.refresh_from_db()
    assert (declined.state, declined.note) == ("declined", "chưa đủ hồ sơ")
    with pytest.raises(WrongState):
        commands.withdraw_proposal(world.administrator, declined, now=NOW)


def test_undone_before_its_day_everything_is_as_if_never_approved(world):
    before = list(UnitVersion.objects.unscoped("test").order_by("pk").values())
    opening = Opening(code="09999", name="Xã Mới", level="commune", parent="251")
    made = approved(world, replace(the_merger(), opens=[opening]))

    commands.undo(fresh(world.administrator_user), made, note="hoãn", now=MIDNIGHT - MOMENT)

    assert list(UnitVersion.objects.unscoped("test").order_by("pk").values()) == before
    assert Lineage.objects.unscoped("test").count() == 0
    made.refresh_from_db()
    assert made.state == "undone"
    with pytest.raises(WrongState):
        commands.carry_out(world.system, made, now=MIDNIGHT)


def test_a_code_whose_opening_was_undone_may_open_after_all(world):
    plan = Plan(opens=[Opening(code="09999", name="Xã Mới", level="commune", parent="251")])
    first = approved(world, plan)
    commands.undo(fresh(world.administrator_user), first, note="hoãn", now=NOW)
    opening = replace(plan.opens[0], name="Xã Mới Hơn")
    second = commands.propose(
        world.administrator, world.province, title="Lại", basis=first.basis, effective_on=DAY,
        plan=Plan(opens=[opening]), now=NOW,
    )  # fmt: skip
    commands.approve(fresh(second.decided_by or first.decided_by), second, plan_sha256=second.plan_sha256, now=NOW)
    unit = Unit.objects.unscoped("test").get(code="09999")
    assert unit.closed_on == DAY

    commands.carry_out(world.system, second, now=MIDNIGHT)

    assert (again(unit).closed_on, again(unit).name, again(unit).former_paths) == (None, "Xã Mới Hơn", [])


def test_undo_after_the_day_is_refused(world):
    made = approved(world, the_merger())

    with pytest.raises(DayHasCome):
        commands.undo(fresh(world.administrator_user), made, note="muộn", now=MIDNIGHT)


def test_the_day_begins_in_viet_nam_not_in_greenwich(world):
    made = approved(world, the_merger())

    assert queries.due_reorganisations(now=MIDNIGHT - MOMENT) == []
    with pytest.raises(DayNotCome):
        commands.carry_out(world.system, made, now=MIDNIGHT - MOMENT)
    assert queries.due_reorganisations(now=MIDNIGHT) == [made]


def test_carried_out_twice_is_once(world, monkeypatch):
    shelf = shelf_of(monkeypatch, loa=world.other_commune.pk)
    made = approved(world, the_merger())

    assert commands.carry_out(world.system, made, now=MIDNIGHT)
    assert not commands.carry_out(world.system, made, now=MIDNIGHT + timedelta(days=1))

    assert len(shelf.told) == 1
    assert Handover.objects.unscoped("test").filter(keeper="shelf").count() == 1


def test_killed_half_way_nothing_has_happened_and_it_is_done_again(world, monkeypatch):
    shelf = shelf_of(monkeypatch, loa=world.other_commune.pk)
    made = approved(world, the_merger())
    shelf.breaks = True
    with pytest.raises(RuntimeError):
        commands.carry_out(world.system, made, now=MIDNIGHT)
    assert again(world.other_commune).closed_on is None
    assert queries.due_reorganisations(now=MIDNIGHT) == [made]

    shelf.breaks = False
    assert commands.carry_out(world.system, made, now=MIDNIGHT + timedelta(hours=5))

    made.refresh_from_db()
    assert (made.carried_out_at, again(world.other_commune).closed_on) == (MIDNIGHT + timedelta(hours=5), DAY)


def test_an_earlier_change_comes_first(world):
    first = approved(world, Plan(alters=[Altering(code="09043.01", name="Thôn Một")]), on=DAY - timedelta(days=1))
    second = approved_by_same(world, Plan(alters=[Altering(code="09037", name="Xã Hai")]), first)

    with pytest.raises(EarlierWaits):
        commands.carry_out(world.system, second, now=MIDNIGHT)
    assert queries.due_reorganisations(now=MIDNIGHT) == [first, second]


def approved_by_same(world, plan, other, *, on=DAY):
    made = commands.propose(
        world.administrator, world.province, title="Lại", basis=other.basis, effective_on=on, plan=plan, now=NOW
    )
    commands.approve(fresh(other.decided_by), made, plan_sha256=made.plan_sha256, now=NOW)
    return made


@pytest.mark.parametrize("days", [0, -9])
def test_two_changes_do_not_reach_the_same_unit(world, days):
    first = approved(world, the_merger())

    with pytest.raises(PlanRefused, match="09037"):
        approved_by_same(world, Plan(alters=[Altering(code="09037", name="Xã Ba")]), first, on=DAY + timedelta(days))


def test_a_later_change_may_build_on_an_earlier_one_which_then_stays(world):
    first = approved(world, the_merger())
    later = DAY + timedelta(days=9)
    second = approved_by_same(world, Plan(alters=[Altering(code="09043", name="Xã Ba")]), first, on=later)

    with pytest.raises(TouchedSince, match="09043"):
        commands.undo(fresh(world.administrator_user), first, note="hoãn", now=NOW)

    for made in (first, second):
        commands.carry_out(world.system, made, now=MIDNIGHT + timedelta(days=9))
    assert (again(world.commune).name, again(world.other_commune).closed_on) == ("Xã Ba", DAY)


def test_what_was_right_when_proposed_is_looked_at_again_when_approved(world):
    one = propose(world, the_merger())
    again_otherwise = merge("09043", "09037", name="Xã Tam Hồng Khác")
    other = commands.propose(
        world.administrator,
        world.province,
        title="Lại",
        basis=one.basis,
        effective_on=DAY,
        plan=again_otherwise,
        now=NOW,
    )
    approver = second_administrator(world)
    commands.approve(fresh(approver), one, plan_sha256=one.plan_sha256, now=NOW)

    with pytest.raises(PlanRefused):
        commands.approve(fresh(approver), other, plan_sha256=other.plan_sha256, now=NOW)


def test_a_day_that_is_over_needs_the_word(world):
    past = NOW.date() - timedelta(days=40)

    with pytest.raises(PlanRefused):
        propose(world, the_merger(), on=past)

    made = in_force(world, the_merger(), on=past, is_retroactive=True)
    assert again(world.other_commune).closed_on == past
    assert made.carried_out_at == NOW


def test_compensated_units_and_things_go_back(world, monkeypatch):
    shelf = shelf_of(monkeypatch, loa=world.other_commune.pk, cot=world.other_commune.pk)
    made = in_force(world, the_merger())
    shelf.at["cot"] = world.hamlet.pk
    later = MIDNIGHT + timedelta(days=10)

    back = commands.compensate(
        world.administrator, made, title="Trả lại", basis=made.basis, effective_on=DAY + timedelta(days=20), now=later
    )
    with pytest.raises(SamePerson):
        commands.approve(fresh(world.administrator_user), back, plan_sha256=back.plan_sha256, now=later)
    commands.approve(fresh(made.decided_by), back, plan_sha256=back.plan_sha256, now=later)
    commands.carry_out(world.system, back, now=MIDNIGHT + timedelta(days=20))

    reopened, heir = again(world.other_commune), again(world.commune)
    assert (reopened.closed_on, reopened.path) == (None, "26/251/09037")
    assert (heir.name, heir.former_paths) == ("Xã Tam Hồng", [])
    assert shelf.at == {"loa": world.other_commune.pk, "cot": world.hamlet.pk}
    assert not queries.scope_for(world.officer_user, now=later).sees("26/251/09037")


def test_what_a_later_change_reached_is_not_taken_back_over_its_head(world):
    made = in_force(world, the_merger())
    approved_by_same(world, Plan(alters=[Altering(code="09043", name="Xã Bốn")]), made, on=DAY + timedelta(days=40))

    with pytest.raises(TouchedSince, match="09043"):
        commands.compensate(
            world.administrator, made, title="Trả", basis=made.basis, effective_on=DAY + timedelta(days=20), now=NOW
        )


def test_only_what_is_in_force_is_compensated(world):
    made = approved(world, the_merger())

    with pytest.raises(WrongState):
        commands.compensate(world.administrator, made, title="Trả", basis=made.basis, effective_on=DAY, now=NOW)


def test_the_same_proposal_sent_twice_is_kept_once(world):
    made = propose(world, the_merger())

    with pytest.raises(ProposedAlready):
        propose(world, the_merger())
    commands.withdraw_proposal(world.administrator, made, now=NOW)
    assert propose(world, the_merger())


def test_a_change_of_today_is_taken_back_from_tomorrow_on_and_the_refusal_says_so(world):
    today = DAY - timedelta(days=30)
    made = in_force(world, the_merger(), on=today, is_retroactive=True)
    about = {"title": "Trả lại", "basis": make_basis(), "now": NOW}

    with pytest.raises(ReverseLater):
        commands.compensate(world.administrator, made, effective_on=today, is_retroactive=True, **about)
    assert commands.compensate(world.administrator, made, effective_on=today + timedelta(days=1), **about)


@pytest.mark.django_db(transaction=True)
def test_of_two_overlapping_proposals_approved_at_once_the_second_is_refused_in_words(world):
    second, third = (
        second_administrator(world),
        make_user("quantri3", "Ngô Văn Ba", unit=world.province, role=Role.ADMINISTRATOR),
    )
    one = propose(world, the_merger(), now=clock.now() + timedelta(seconds=1))
    other = propose(world, merge("09037", "09043"), now=clock.now() + timedelta(seconds=1))
    start, said = threading.Barrier(2), []

    def approve(user, made):
        scope = fresh(user)
        start.wait(timeout=20)
        try:
            commands.approve(scope, made, plan_sha256=made.plan_sha256, now=clock.now())
            said.append("approved")
        except PlanRefused:
            said.append("refused")
        finally:
            connection.close()

    threads = [threading.Thread(target=approve, args=pair) for pair in ((second, one), (third, other))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)

    assert sorted(said) == ["approved", "refused"]
