import pytest

from loa.audit.models import Entry
from loa.kernel import clock, permissions
from loa.kernel.errors import Denied, NotFound
from loa.orgs import commands, models, queries
from loa.orgs.models import Grant
from loa.orgs.refusals import OwnRights
from loa.orgs.rules import RIGHTS, Role


def test_every_right_of_a_role_is_a_declared_permission():
    used = set().union(*RIGHTS.values())

    assert used <= set(permissions.declared())
    assert set(RIGHTS) == set(Role)


@pytest.mark.django_db
def test_the_standard_roles_in_the_database_bring_what_the_rules_say():
    kept = {
        role.code: frozenset(role.permissions) for role in models.Role.objects.unscoped("test").filter(is_standard=True)
    }

    assert kept == {role.value: rights for role, rights in RIGHTS.items()}


def test_who_approves_does_not_write_and_who_monitors_only_sees():
    assert not RIGHTS[Role.LEADER] & {"bulletins.write", "schedules.request", "media.add"}
    assert all(code.endswith(".view") for code in RIGHTS[Role.MONITOR])
    assert "devices.enrol" in RIGHTS[Role.TECHNICIAN]
    assert not any("dispatch.request" in rights for rights in RIGHTS.values())


def test_a_scope_is_built_with_two_queries_and_asked_with_none(world, django_assert_num_queries):
    with django_assert_num_queries(2):
        scope = queries.scope_for(world.officer_user, origin="203.0.113.7")

    with django_assert_num_queries(0):
        assert scope.can("bulletins.write", world.hamlet.path)
        assert not scope.can("bulletins.approve", world.commune.path)
        assert not scope.sees(world.other_commune.path)
    assert scope.origin == "203.0.113.7"
    assert scope.actor.id == str(world.officer_user.pk)
    assert scope.roots("bulletins.write") == {world.commune.path}


def test_two_roles_add_up(world):
    commands.grant(world.administrator, world.other_commune, user=world.officer_user, role=Role.LEADER)

    scope = queries.scope_for(world.officer_user)

    assert scope.roots("bulletins.view") == {world.commune.path, world.other_commune.path}
    assert scope.roots("bulletins.approve") == {world.other_commune.path}
    assert scope.roots("bulletins.write") == {world.commune.path}


def test_a_closed_account_has_an_empty_scope(world):
    world.officer_user.is_active = False

    assert not queries.scope_for(world.officer_user).grants


def test_giving_a_role_is_on_record_once(world):
    for _ in range(2):
        commands.grant(world.administrator, world.commune, user=world.monitor_user, role=Role.OFFICER)

    entries = Entry.objects.filter(action="orgs.grant").order_by("pk")
    assert [entry.detail["new"] for entry in entries] == [True, False]
    assert Grant.objects.unscoped("test").filter(user=world.monitor_user).count() == 2


def test_the_first_role_settles_an_account_at_its_unit(world):
    commands.grant(world.administrator, world.commune, user=world.citizen_user, role=Role.OFFICER)

    world.citizen_user.refresh_from_db()
    assert world.citizen_user.unit_path == world.commune.path


def test_only_who_administers_the_unit_gives_its_roles(world):
    with pytest.raises(Denied):
        commands.grant(world.leader, world.commune, user=world.monitor_user, role=Role.OFFICER)
    with pytest.raises(NotFound):
        commands.grant(world.administrator, world.outsider_commune, user=world.monitor_user, role=Role.OFFICER)

    assert Grant.objects.unscoped("test").filter(user=world.monitor_user).count() == 1


def test_a_role_taken_away_is_gone_at_the_next_request(world):
    held = queries.grants_of([world.officer_user.pk])[0]

    commands.withdraw(world.administrator, held, now=clock.now())

    assert not queries.scope_for(world.officer_user).sees(world.commune.path)


def test_nobody_takes_away_their_own_role_or_that_of_another_unit(world):
    mine = queries.grants_of([world.administrator_user.pk])[0]
    theirs = queries.grants_of([world.outsider_user.pk])[0]

    with pytest.raises(OwnRights):
        commands.withdraw(world.administrator, mine, now=clock.now())
    with pytest.raises(NotFound):
        commands.withdraw(world.administrator, theirs, now=clock.now())


def test_places_choices_and_holders_follow_the_grants(world):
    held = queries.held_by(world.officer_user, at=clock.now())
    assert [(grant.role.code, grant.unit) for grant in held] == [("officer", world.commune)]
    assert list(queries.choices_for(world.officer, "bulletins.write")) == [world.commune, world.hamlet]
    assert queries.holders(world.hamlet, permission="bulletins.write") == sorted(
        [world.officer_user.pk, world.province_editor_user.pk]
    )


def test_a_person_is_added_with_account_and_role_in_one_act(world):
    user = commands.add_person(
        world.administrator,
        world.commune,
        username="moi",
        full_name="Lý Văn Mới",
        password="mot-lan-thoi-2025",
        role=Role.OFFICER,
    )

    assert queries.scope_for(user).can("bulletins.write", world.commune.path)
    actions = list(Entry.objects.order_by("pk").values_list("action", flat=True))
    assert actions == ["accounts.open_account", "orgs.grant", "orgs.add_person"]
