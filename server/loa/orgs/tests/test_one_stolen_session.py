"""One stolen session of an administrator makes no second person, and takes no account over."""

from dataclasses import replace
from datetime import timedelta

import pytest

from loa.accounts import commands as accounts
from loa.accounts.passwords import one_time
from loa.kernel import clock
from loa.kernel.errors import FreshFactorNeeded
from loa.orgs import commands, queries
from loa.orgs.models import Agency, Grant
from loa.orgs.refusals import RightFromProposer
from loa.orgs.refusals_rights import BeyondOwn, HoldsElsewhere
from loa.orgs.rules import Role
from loa.orgs.tests import supporting
from loa.orgs.tests.reorganising import NOW, approved, fresh, in_force, merge, propose, second_administrator
from loa.orgs.tests.world import make_user

LATER = timedelta(days=7)


def the_merger():
    return merge("09043", "09037", name="Xã Tam Hồng Mới")


@pytest.fixture
def stolen(world):
    """The administrator's session, whose factor was shown long ago."""
    return replace(world.administrator, is_fresh=False)


@pytest.fixture
def newcomer(world):
    return make_user("moi", "Lý Thị Mới", unit=world.commune)


def acts(world, newcomer):
    """What would give a weighty right, or another's account, away."""
    now = clock.now()
    commune, province = world.commune, world.province
    agency = Agency.objects.create(unit=commune, kind="committee")
    post = commands.open_post(world.administrator, commune, title="Chủ tịch", role=Role.LEADER, agency=agency)
    brief = commands.grant(
        world.administrator, commune, user=make_user("tam", "Lý Văn Tạm"), role=Role.LEADER, end_at=now + LATER
    )
    closed = make_user("dong", "Lý Văn Đóng", unit=commune)
    commands.leave(world.administrator, closed, hand_to=None, now=now)
    who, chair = world.officer_user, make_user("chutich", "Lý Chủ Tịch", unit=commune)
    return {
        "grant": lambda scope: commands.grant(scope, commune, user=newcomer, role=Role.LEADER),
        "grant wide": lambda scope: commands.grant(scope, province, user=newcomer, role=Role.MONITOR),
        "add": lambda scope: commands.add_person(
            scope, province, username="them", full_name="Lý Thêm", password=one_time(), role=Role.ADMINISTRATOR
        ),
        "extend": lambda scope: commands.extend(scope, brief, until=None, now=clock.now()),
        "appoint": lambda scope: commands.appoint(scope, post, user=chair, now=clock.now()),
        "reset password": lambda scope: accounts.reset_password(scope, who, password=one_time(), now=clock.now()),
        "reactivate": lambda scope: accounts.reactivate(scope, closed),
        "support": lambda scope: supporting.open_support(
            scope, commune, supporter=world.outsider_user, role=Role.OFFICER, reason="giúp", minutes=30, now=clock.now()
        ),
        "leave": lambda scope: commands.leave(scope, who, hand_to=None, now=clock.now()),
    }


def test_a_stale_session_gives_no_weighty_right_and_no_account_away(world, stolen, newcomer):
    for name, act in acts(world, newcomer).items():
        with pytest.raises(FreshFactorNeeded):
            act(replace(stolen))
        assert act(world.administrator) is not False, name


def test_a_stale_session_still_gives_a_light_right_at_a_commune(world, stolen, newcomer):
    assert commands.grant(stolen, world.commune, user=newcomer, role=Role.OFFICER)
    assert commands.grant(stolen, world.province, user=newcomer, role=Role.MONITOR, is_here_only=True)


def test_a_right_to_approve_is_not_lent_by_a_stale_session(world, newcomer):
    held = Grant.objects.unscoped("test").get(user=world.leader_user)
    about = {"to": newcomer, "until": clock.now() + LATER, "reason": "nghỉ phép", "now": clock.now()}

    with pytest.raises(FreshFactorNeeded):
        commands.delegate(replace(world.leader, is_fresh=False), held, **about)
    assert commands.delegate(world.leader, held, **about)


def test_whoever_has_the_right_from_the_proposer_does_not_approve(world, newcomer):
    commands.grant(world.administrator, world.province, user=newcomer, role=Role.ADMINISTRATOR)
    made = propose(world, the_merger())

    with pytest.raises(RightFromProposer):
        commands.approve(fresh(newcomer), made, plan_sha256=made.plan_sha256, now=NOW)
    commands.approve(fresh(second_administrator(world)), made, plan_sha256=made.plan_sha256, now=NOW)


def test_whoever_has_the_right_since_the_proposal_does_not_approve(world, newcomer):
    made = propose(world, the_merger(), now=clock.now() - timedelta(hours=2))
    commands.grant(world.system, world.province, user=newcomer, role=Role.ADMINISTRATOR)

    with pytest.raises(RightFromProposer):
        commands.approve(fresh(newcomer), made, plan_sha256=made.plan_sha256, now=NOW)


def test_a_right_from_the_proposer_below_one_of_ones_own_does_not_spoil_it(world):
    other = second_administrator(world)
    commands.grant(world.administrator, world.commune, user=other, role=Role.ADMINISTRATOR)
    made = propose(world, the_merger())

    commands.approve(fresh(other), made, plan_sha256=made.plan_sha256, now=NOW)


def test_a_right_of_ones_own_at_a_commune_does_not_approve_for_the_province(world):
    other = make_user("quantrixa", "Cao Văn Xã", unit=world.commune, role=Role.ADMINISTRATOR)
    commands.grant(world.administrator, world.province, user=other, role=Role.ADMINISTRATOR)
    made = propose(world, the_merger())

    with pytest.raises(RightFromProposer):
        commands.approve(fresh(other), made, plan_sha256=made.plan_sha256, now=NOW)


def test_a_right_that_the_clock_carried_over_is_still_from_who_gave_it(world, newcomer):
    commands.grant(world.administrator, world.other_commune, user=newcomer, role=Role.ADMINISTRATOR)
    in_force(world, the_merger())
    carried = Grant.objects.unscoped("test").get(user=newcomer, unit=world.commune)

    when = {"before": carried.granted_at + LATER, "at": carried.granted_at + LATER}
    own = queries.roots_before(newcomer.pk, "orgs.reorganise", not_by=None, **when)
    from_other = queries.roots_before(newcomer.pk, "orgs.reorganise", not_by=world.administrator_user.pk, **when)

    assert carried.granted_by == "clock"
    assert "26/251/09043" in own
    assert from_other == frozenset()


@pytest.fixture
def future_chief(world):
    """Somebody of the commune who is going to administer the province."""
    user = make_user("tuonglai", "Mai Văn Lai", unit=world.commune)
    commands.grant(
        world.administrator, world.province, user=user, role=Role.ADMINISTRATOR, start_at=clock.now() + LATER
    )
    return user


TAKING = {
    "reset_password": lambda scope, user: accounts.reset_password(scope, user, password=one_time(), now=clock.now()),
    "reset_factors": accounts.reset_factors,
    "invite": lambda scope, user: accounts.invite(scope, user, now=clock.now()),
    "deactivate": accounts.deactivate,
    "reactivate": accounts.reactivate,
    "leave": lambda scope, user: commands.leave(scope, user, hand_to=None, now=clock.now()),
}


@pytest.mark.parametrize("act", TAKING)
def test_a_commune_does_not_take_over_who_is_going_to_administer_the_province(world, future_chief, act):
    chief = make_user("quantrixa", "Cao Văn Xã", unit=world.commune, role=Role.ADMINISTRATOR)

    with pytest.raises(HoldsElsewhere):
        TAKING[act](fresh(chief), future_chief)
    TAKING[act](world.administrator, future_chief)


def test_who_may_do_less_does_not_take_over_who_may_do_more_at_the_same_unit(world):
    words = commands.RoleWords(
        name_vi="Phân quyền", name_en="Rights only",
        permissions={"orgs.view", "orgs.administer", "accounts.administer"},
    )  # fmt: skip
    commands.define_role(world.administrator, world.province, code="rights_only", words=words)
    lesser = make_user("phanquyen", "Cao Văn Quyền", unit=world.commune)
    commands.grant(world.administrator, world.commune, user=lesser, role="rights_only")
    chief = make_user("quantrixa", "Cao Văn Xã", unit=world.commune, role=Role.ADMINISTRATOR)

    with pytest.raises(BeyondOwn):
        TAKING["reset_password"](fresh(lesser), chief)
    TAKING["reset_password"](fresh(lesser), world.officer_user)


def test_a_change_after_another_is_approved_by_the_same_second_person(world):
    approved(world, the_merger())

    assert queries.reorganisations(world.administrator).filter(state="approved").count() == 1
