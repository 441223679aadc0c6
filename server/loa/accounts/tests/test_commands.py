from datetime import UTC, datetime

import pytest
from django.utils import translation

from loa.accounts import commands, passwords, queries
from loa.accounts.models import User, UserSession
from loa.accounts.refusals import NameMissing, OwnAccount, PlainUsername, UsernameTaken, WeakPassword, WrongPassword
from loa.audit.models import Entry
from loa.kernel.errors import Denied, NotFound
from loa.orgs.tests.world import PASSWORD

NOW = datetime(2024, 5, 6, 5, 30, tzinfo=UTC)
NEW = "mua-he-ruc-ro-2025"


def open_session(user, key):
    return commands.open_session(user, session_key=key, origin="", browser="", now=NOW)


def open_account(scope, **changes):
    facts = {"username": "moi", "full_name": "Lý Thị Mới", "password": NEW, "unit_path": "26/251/09043"} | changes
    return commands.create_user(scope, **facts)


def test_an_administrator_opens_an_account_at_a_unit_below(world):
    user = open_account(world.administrator, username=" Moi.Xa ")

    assert user.username == "moi.xa"
    assert user.must_change_password
    assert user.scope_path == f"{world.commune.path}/~{user.pk}"
    assert NEW not in user.password


def test_an_officer_may_not_open_accounts_and_an_outsider_finds_no_such_unit(world):
    with pytest.raises(Denied):
        open_account(world.officer)
    with pytest.raises(NotFound):
        open_account(world.outsider)

    assert not User.objects.filter(username="moi").exists()
    assert list(Entry.objects.order_by("pk").values_list("result", flat=True)) == ["denied", "not_found"]


def test_only_the_system_opens_accounts_without_a_unit(world):
    with pytest.raises(NotFound):
        open_account(world.administrator, unit_path="")

    assert open_account(world.system, unit_path="", must_change=False).scope_path.startswith("~")


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"username": "canbo"}, UsernameTaken),
        ({"username": "có dấu"}, PlainUsername),
        ({"username": "x"}, PlainUsername),
        ({"full_name": "  "}, NameMissing),
        ({"password": "matkhau123"}, WeakPassword),
    ],
)
def test_an_account_is_refused_with_a_reason(world, changes, refusal):
    with pytest.raises(refusal):
        open_account(world.administrator, **changes)


def test_changing_the_password_ends_every_other_session(world):
    open_session(world.officer_user, "here")
    open_session(world.officer_user, "there")

    commands.change_password(world.officer, world.officer_user, old=PASSWORD, new=NEW, now=NOW, keep_session="here")

    assert list(UserSession.objects.values_list("session_key", flat=True)) == ["here"]
    assert passwords.is_right(NEW, User.objects.get(username="canbo").password)


@pytest.mark.parametrize(
    ("old", "new", "refusal"),
    [("wrong", NEW, WrongPassword), (PASSWORD, PASSWORD, WeakPassword), (PASSWORD, "Trần Văn Cán", WeakPassword)],
)
def test_a_password_change_is_refused_and_leaves_the_old_one(world, old, new, refusal):
    with pytest.raises(refusal):
        commands.change_password(world.officer, world.officer_user, old=old, new=new, now=NOW)

    assert passwords.is_right(PASSWORD, User.objects.get(username="canbo").password)


def test_nobody_changes_the_password_of_a_colleague(world):
    with pytest.raises(Denied):
        commands.change_password(world.officer, world.leader_user, old=PASSWORD, new=NEW, now=NOW)
    with pytest.raises(NotFound):
        commands.change_password(world.outsider, world.leader_user, old=PASSWORD, new=NEW, now=NOW)


def test_a_reset_password_is_for_one_sign_in_and_ends_all_sessions(world):
    open_session(world.officer_user, "there")

    commands.reset_password(world.administrator, world.officer_user, password=NEW, now=NOW)

    assert User.objects.get(username="canbo").must_change_password
    assert not UserSession.objects.exists()
    with pytest.raises(Denied):
        commands.reset_password(world.leader, world.officer_user, password=NEW + "x", now=NOW)


def test_a_closed_account_loses_its_sessions_and_can_be_opened_again(world):
    open_session(world.officer_user, "there")

    commands.deactivate(world.administrator, world.officer_user)
    assert not UserSession.objects.exists()
    assert not User.objects.get(username="canbo").is_active

    commands.reactivate(world.administrator, world.officer_user)
    assert User.objects.get(username="canbo").is_active


def test_nobody_closes_their_own_account(world):
    with pytest.raises(OwnAccount):
        commands.deactivate(world.administrator, world.administrator_user)


def test_people_are_those_at_and_below_the_administered_units(world):
    names = set(queries.people(world.administrator).values_list("username", flat=True))

    assert names >= {"canbo", "lanhdao", "canbo2", "giamsat"}
    assert not names & {"nguoingoai", "congdan"}
    assert not queries.people(world.officer).exists()


def test_a_weak_password_is_explained_in_vietnamese(world):
    with translation.override("vi"), pytest.raises(WeakPassword) as refusal:
        open_account(world.administrator, password="moi")

    with translation.override("vi"):
        assert "Mật khẩu phải có ít nhất 10 ký tự." in refusal.value.reasons
