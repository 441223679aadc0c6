"""Help from outside: for a while, for a reason, before all eyes, without approving."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from loa.accounts.models import UserSession
from loa.audit.models import Entry
from loa.bulletins import commands as bulletins
from loa.bulletins.tests.making import HEARD, make_bulletin
from loa.kernel import clock
from loa.kernel.errors import Denied, NotFound
from loa.orgs import commands, queries, rules
from loa.orgs.models import SupportSession
from loa.orgs.refusals_rights import (
    BadSupport,
    NotConcerned,
    Over,
    OwnRightsGiven,
    SupporterBusy,
)
from loa.orgs.rules import Role
from loa.orgs.tests import supporting
from loa.orgs.tests.signing import browser_of
from loa.orgs.tests.world import make_user


def helped(world, *, role=Role.EDITOR, minutes=60, now=None, scope=None, supporter=None, reason="Xem lại lịch phát"):
    return supporting.open_support(
        scope or world.administrator,
        world.commune,
        supporter=supporter or world.outsider_user,
        role=role,
        reason=reason,
        minutes=minutes,
        now=now or clock.now(),
    )


def test_the_helper_sees_the_unit_for_that_time_only(world):
    now = clock.now()
    session = helped(world, now=now)

    reach = [
        queries.scope_for(world.outsider_user, now=now + after).can("bulletins.write", world.hamlet.path)
        for after in (timedelta(), timedelta(minutes=59), timedelta(minutes=60))
    ]
    assert reach == [True, True, False]
    assert queries.scope_for(world.outsider_user, now=now).support == str(session.pk)
    assert not queries.scope_for(world.outsider_user, now=now).sees(world.other_commune.path)


@pytest.mark.parametrize("role", list(Role))
def test_whatever_the_role_brings_only_what_is_safe_comes_along(world, role):
    helped(world, role=role)

    scope = queries.scope_for(world.outsider_user)
    there = {code for code in scope.grants if scope.can(code, world.commune.path)}

    assert there <= rules.SUPPORT_SAFE
    assert "orgs.view" in there
    assert not any(code.endswith((".approve", ".administer")) for code in there)


def test_a_helper_approves_nothing_and_changes_no_rights(world):
    bulletin = make_bulletin(world, now=clock.now())
    bulletins.submit(world.officer, bulletin, now=clock.now())
    helped(world, role=Role.LEADER)
    scope = queries.scope_for(world.outsider_user)

    with pytest.raises(Denied):
        bulletins.approve(scope, bulletin, number=1, hearing=HEARD, now=clock.now())
    with pytest.raises(Denied):
        commands.grant(scope, world.commune, user=world.monitor_user, role=Role.OFFICER)
    with pytest.raises(Denied):
        helped(world, scope=scope, supporter=world.other_officer_user)


def test_everything_done_in_it_is_marked_and_shown_to_the_unit_while_it_happens(world):
    session = helped(world)
    scope = queries.scope_for(world.outsider_user)

    bulletins.write(
        scope, world.commune, title="Thử loa", text="Một hai ba", author_id=world.outsider_user.pk, now=clock.now()
    )

    entry = Entry.objects.get(action="bulletins.write")
    assert entry.detail["support"] == str(session.pk)
    assert queries.acts_in(session, limit=10) == [entry]
    assert "Thử" not in str(entry.detail)
    page = browser_of("canbo").get(f"/desk/support/{session.pk}/").content.decode()
    assert "Bùi Thị Ngoại" in page
    assert "bulletins.write" in page


def test_what_the_helper_does_at_home_meanwhile_is_not_shown_to_the_unit(world):
    session = helped(world)
    scope = queries.scope_for(world.outsider_user)

    bulletins.write(
        scope, world.outsider_commune, title="Ở nhà", text="…", author_id=world.outsider_user.pk, now=clock.now()
    )

    assert queries.acts_in(session, limit=10) == []


@pytest.mark.parametrize("who", ["outsider_user", "administrator_user"])
def test_either_side_ends_it_early(world, who):
    session = helped(world)

    commands.end_support(queries.scope_for(getattr(world, who)), session, now=clock.now())

    assert not queries.scope_for(world.outsider_user).sees(world.commune.path)
    with pytest.raises((Over, NotFound)):
        commands.end_support(world.administrator, session, now=clock.now())


def test_a_colleague_sees_it_and_does_not_end_it(world):
    session = helped(world)

    with pytest.raises(NotConcerned):
        commands.end_support(world.officer, session, now=clock.now())


@pytest.mark.parametrize(
    ("minutes", "reason"), [(4, "lỗi"), (241, "lỗi"), (0, "lỗi"), (-60, "lỗi"), (60, "  "), (60, "a" * 301)]
)
def test_it_has_a_reason_and_lasts_from_five_minutes_to_four_hours(world, minutes, reason):
    with pytest.raises(BadSupport):
        helped(world, minutes=minutes, reason=reason)


def test_it_is_opened_by_the_units_administrator_for_somebody_else(world):
    with pytest.raises(Denied):
        helped(world, scope=world.leader)
    with pytest.raises(NotFound):
        helped(world, scope=queries.scope_for(world.outsider_user))
    with pytest.raises(OwnRightsGiven):
        helped(world, supporter=world.administrator_user)
    world.outsider_user.is_active = False
    world.outsider_user.save(update_fields=["is_active"])
    with pytest.raises((Denied, NotFound)):
        helped(world)
    assert not SupportSession.objects.unscoped("test").exists()


def test_one_helps_at_one_place_at_a_time(world):
    helped(world)

    with pytest.raises(SupporterBusy):
        helped(world)


def test_the_next_may_begin_as_soon_as_one_ended(world):
    now = clock.now()
    session = helped(world, now=now)
    commands.end_support(world.administrator, session, now=now + timedelta(minutes=1))

    assert helped(world, now=now + timedelta(minutes=1))


@pytest.mark.parametrize(
    "change",
    [
        {"during": (-600, 3600 * 5)},
        {"during": (-600, 3600 * 3)},
        {"reason": "khác"},
        {"role_id": "leader"},
    ],
)
def test_the_database_lets_a_session_end_earlier_and_nothing_else(world, change):
    now = clock.now()
    session = helped(world, now=now)
    if "during" in change:
        change = {"during": tuple(now + timedelta(seconds=seconds) for seconds in change["during"])}

    with pytest.raises(IntegrityError), transaction.atomic():
        SupportSession.objects.unscoped("test").filter(pk=session.pk).update(**change)


def test_the_helper_needs_a_second_factor_though_their_role_does_not(world):
    officer = make_user("nguoigiup", "Ngô Thị Giúp", unit=world.outsider_commune, role=Role.OFFICER)
    assert not queries.needs_second_factor(officer)

    helped(world, supporter=officer)

    assert queries.needs_second_factor(officer)
    assert queries.needs_second_factor(world.leader_user)
    assert not queries.needs_second_factor(world.officer_user)


def test_who_is_named_to_help_without_a_second_factor_can_end_it_first(world, settings):
    browser = browser_of(world.outsider_user.username)
    settings.LOA_SECOND_FACTOR = "required"
    UserSession.objects.update(factor="", confirmed_at=None)
    session = helped(world, role=Role.EDITOR)

    answer = browser.post(f"/desk/support/{session.pk}/end/")

    assert "/account/" not in answer.headers.get("Location", "")
    session.refresh_from_db()
    assert session.ended_at is not None
