"""Who leaves is gone in one act, also in the middle of a request."""

import threading
from datetime import timedelta

import pytest
from django.db import connection, transaction

from loa.accounts import commands as accounts
from loa.accounts.models import User, UserSession
from loa.audit.models import Entry
from loa.kernel import clock
from loa.kernel.errors import Denied, NotFound
from loa.orgs import commands, ports, queries
from loa.orgs.models import Grant, SupportSession
from loa.orgs.refusals_rights import HoldsElsewhere, NoSuccessor, OwnRightsGiven
from loa.orgs.rules import Role
from loa.orgs.tests import supporting
from loa.orgs.tests.signing import browser_of
from loa.orgs.tests.world import make_user


class Drawer:
    """A room with three open things of whoever leaves."""

    name = "drawer"
    words = "drawer"

    def __init__(self):
        self.handed = []

    def hand_on(self, from_user, to_user, *, now):
        assert now
        self.handed.append((from_user, to_user))
        return 3


@pytest.fixture
def drawer(monkeypatch):
    monkeypatch.setattr(ports, "_KEEPERS", [])
    kept = Drawer()
    ports.keep_with(kept)
    return kept


@pytest.mark.usefixtures("drawer")
def test_everything_ends_at_once_and_open_work_goes_on(world, drawer):
    now = clock.now()
    deputy = make_user("phochutich", "Phó Thị Chủ", unit=world.commune)
    held = Grant.objects.unscoped("test").get(user=world.leader_user)
    commands.delegate(world.leader, held, to=deputy, until=now + timedelta(days=1), reason="", now=now)
    post = commands.open_post(world.administrator, world.commune, title="Chủ tịch UBND xã", role=Role.LEADER)
    commands.appoint(world.administrator, post, user=world.leader_user, now=now)
    browser = browser_of("lanhdao")

    count = commands.leave(world.administrator, world.leader_user, hand_to=deputy, now=clock.now())

    leader = User.objects.get(pk=world.leader_user.pk)
    assert count == 3
    assert drawer.handed == [(leader.pk, deputy.pk)]
    assert not leader.is_active
    assert not queries.scope_for(leader).grants
    assert not queries.scope_for(deputy).holds("bulletins.approve")
    assert not UserSession.objects.filter(user=leader).exists()
    assert browser.get("/desk/").url.startswith("/desk/sign-in/")
    entry = Entry.objects.get(action="orgs.leave")
    assert entry.detail["handed"] == {"drawer": 3}
    assert Grant.objects.unscoped("test").filter(user=leader).count() == 2


def test_somebody_who_comes_back_has_no_rights_until_they_are_given_anew(world):
    commands.leave(world.administrator, world.officer_user, hand_to=None, now=clock.now())

    world.officer_user.refresh_from_db()
    accounts.reactivate(world.administrator, world.officer_user)

    assert set(queries.scope_for(world.officer_user).grants) == {"accounts.own"}


def test_a_helper_who_leaves_helps_no_more(world):
    now = clock.now()
    supporting.open_support(
        world.administrator, world.commune, supporter=world.technician_user, role=Role.TECHNICIAN, reason="sửa loa",
        minutes=60, now=now,
    )  # fmt: skip

    commands.leave(world.administrator, world.technician_user, hand_to=None, now=now + timedelta(minutes=1))

    assert SupportSession.objects.unscoped("test").get().ended_at == now + timedelta(minutes=1)


def test_who_has_rights_out_of_reach_is_not_let_go_from_below(world):
    commands.grant(world.system, world.other_province, user=world.officer_user, role=Role.MONITOR)

    with pytest.raises(HoldsElsewhere):
        commands.leave(world.administrator, world.officer_user, hand_to=None, now=clock.now())
    assert User.objects.get(pk=world.officer_user.pk).is_active
    assert queries.scope_for(world.officer_user).holds("bulletins.write")


def test_open_work_goes_to_nobody_out_of_reach_closed_or_leaving(world):
    closed = make_user("khoa", "Khoá Văn Lại", unit=world.commune)
    closed.is_active = False
    closed.save()

    for successor in (world.outsider_user, closed, world.officer_user):
        with pytest.raises(NoSuccessor):
            commands.leave(world.administrator, world.officer_user, hand_to=successor, now=clock.now())


def test_nobody_lets_themselves_go_nor_a_stranger(world):
    with pytest.raises(OwnRightsGiven):
        commands.leave(world.administrator, world.administrator_user, hand_to=None, now=clock.now())
    with pytest.raises(NotFound):
        commands.leave(world.administrator, world.outsider_user, hand_to=None, now=clock.now())
    with pytest.raises(Denied):
        commands.leave(world.leader, world.officer_user, hand_to=None, now=clock.now())


@pytest.mark.django_db(transaction=True)
def test_what_somebody_does_at_that_moment_is_waited_for_and_what_comes_after_is_refused(world):
    """The request of the officer was let in before; the account closes while it runs."""
    loaded = queries.scope_for(world.administrator_user)
    second = make_user("quantri2", "Vũ Văn Hai", unit=world.province, role=Role.ADMINISTRATOR)
    other = queries.scope_for(second, is_fresh=True)
    inside, done = threading.Event(), []

    def let_go():
        inside.wait()
        commands.leave(other, world.administrator_user, hand_to=None, now=clock.now())
        done.append("left")
        connection.close()

    thread = threading.Thread(target=let_go)
    thread.start()
    with_hold = _grant_slowly(world, loaded, inside, done)
    thread.join()

    assert with_hold == "given"
    assert done == ["given", "left"]
    with pytest.raises((Denied, NotFound)):
        commands.grant(loaded, world.commune, user=world.monitor_user, role=Role.OFFICER)


def _grant_slowly(world, scope, inside, done):
    """Give a right while somebody else is already waiting for the account."""
    with transaction.atomic():
        commands.grant(scope, world.commune, user=world.citizen_user, role=Role.OFFICER)
        inside.set()
        _until_somebody_waits()
        done.append("given")
    return "given"


def _until_somebody_waits():
    """Return as soon as another connection waits for a lock of ours."""
    waiting = False
    while not waiting:
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
            waiting = cursor.fetchone()[0] > 0
