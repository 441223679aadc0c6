import json
import shutil
import stat
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from django.db import transaction
from django.test import override_settings

from loa.accounts import commands as accounts
from loa.accounts import factors, proving
from loa.audit import verifying
from loa.box import environment
from loa.box.demo import history, people, province, seed
from loa.devices import keys
from loa.devices import queries as devices
from loa.dispatch import queries as dispatch
from loa.kernel import clock
from loa.kernel import scope as scopes
from loa.orgs import queries as orgs

SCOPE = scopes.system("test")


@pytest.fixture(scope="module")
def province_home(django_db_setup, django_db_blocker, tmp_path_factory):
    """Seed once for the whole module: the tests' own transactions nest in this one."""
    home = tmp_path_factory.mktemp("demo")
    folders = {"LOA_HOME": home, "MEDIA_FOLDER": home / "media", "KEY_FOLDER": home / "keys"}
    with django_db_blocker.unblock(), override_settings(**folders), transaction.atomic():
        keys.ensure_box_keys(now=clock.now())
        seed.run()
        yield folders
        transaction.set_rollback(True)


@pytest.fixture
def seeded(province_home, db, settings):
    for name, folder in province_home.items():
        setattr(settings, name, folder)
    return settings.LOA_HOME


def identities():
    told = [json.loads(line) for line in seed.identities_file().read_text().splitlines()]
    return {one["device"]: one for one in told}


def airings():
    return list(dispatch.visible(SCOPE).order_by("start_at"))


def test_the_text_of_three_minutes_has_120_words():
    assert len(province.THREE_MINUTES.text.split()) == 120


def test_every_commune_gets_its_clusters_and_home_gets_fourteen(seeded):
    home = orgs.unit_by_code(SCOPE, province.HOME)
    everywhere = orgs.unit_by_code(SCOPE, province.PROVINCE)
    per_commune = {code: len(devices.enrolled_below(orgs.unit_by_code(SCOPE, code).path)) for code in province.COMMUNES}

    assert home.name == "Xã Đồng Văn"
    assert len(province.COMMUNES) == len(set(province.COMMUNES)) == 20
    assert per_commune.pop(province.HOME) == province.HOME_CLUSTERS
    assert set(per_commune.values()) <= {15, 16}
    assert len(devices.enrolled_below(everywhere.path)) == province.SIMULATED + 1


def test_everything_invented_is_marked(seeded):
    clusters = devices.visible(SCOPE)
    hamlets = orgs.units(SCOPE).filter(level="hamlet")

    assert all(cluster.is_demo for cluster in clusters)
    assert len(hamlets) == 60
    assert all(hamlet.is_demo for hamlet in hamlets)


def test_the_morning_was_heard_by_nearly_all_and_says_why_not_by_the_rest(seeded):
    early, morning = (dispatch.outcome(SCOPE, airing.pk, now=clock.now()) for airing in airings())

    assert early.expected == province.HOME_CLUSTERS
    assert morning.expected == province.SIMULATED + 1
    for outcome in (early, morning):
        assert outcome.heard < outcome.expected
        assert outcome.heard + outcome.silent + outcome.missed == outcome.expected
        assert all(row.why for row in outcome.rows if row.verdict != "heard")
    assert morning.silent >= 1
    assert morning.missed >= 1
    assert morning.skew_ms_p99 < 50


def test_the_history_went_through_the_commands_and_stands_in_the_record(seeded):
    assert verifying.verify().findings == []
    assert all(airing.state == "released" and airing.source.startswith("slot:") for airing in airings())


def test_seeding_again_changes_nothing(seeded):
    before = [devices.events_count(), devices.visible(SCOPE).count(), len(airings())]
    accounts_file = (seeded / people.FILE).read_text()
    identities = seed.identities_file().read_text()

    seed.run()

    assert [devices.events_count(), devices.visible(SCOPE).count(), len(airings())] == before
    assert (seeded / people.FILE).read_text() == accounts_file
    assert seed.identities_file().read_text() == identities


def test_devices_are_told_anew_where_to_connect_when_the_ports_have_changed(seeded, settings, tmp_path):
    settings.LOA_HOME = shutil.copytree(seeded, tmp_path / "copy")
    before = identities()
    settings.LOA_MQTT_PORT = 4242

    seed.run()

    after = identities()
    assert set(after) == set(before)
    assert {one["mqtt"]["port"] for one in after.values()} == {4242}
    assert not {one["credential"] for one in after.values()} & {one["credential"] for one in before.values()}


def test_each_account_signs_in_with_its_kept_password_and_keeps_it(seeded):
    lines = (seeded / people.FILE).read_text().splitlines()

    assert len(lines) == len(people.PEOPLE) == 7
    for line in lines:
        name, password, *_role = line.split("\t")
        user = accounts.authenticate(name, password, origin="test", now=clock.now())
        assert (user.must_change_password, user.is_demo) == (False, True)
        assert factors.has_factor(user) is line.endswith("and a code, which the page shows")
        assert not factors.has_factor(user) or proving.by_code(
            user, factors.present_code(user, now=clock.now()), action=proving.SIGN_IN, origin="test", now=clock.now()
        )


def test_secrets_of_the_demonstration_are_their_owners(seeded):
    files = [seeded / people.FILE, seed.identities_file(), seed.agent_file()]

    assert [stat.S_IMODE(file.stat().st_mode) for file in files] == [0o600] * 3


@pytest.mark.parametrize(
    ("now", "wanted"),
    [
        (datetime(2026, 11, 23, 3, 0, tzinfo=UTC), "2026-11-23"),  # 10:00 in Viet Nam: this morning
        (datetime(2026, 11, 22, 22, 0, tzinfo=UTC), "2026-11-22"),  # 05:00: the morning before
        (datetime(2026, 11, 23, 0, 20, tzinfo=UTC), "2026-11-22"),  # 07:20: today's is not yet over
    ],
)
def test_the_morning_is_the_last_one_that_is_over(now, wanted):
    assert history.last_morning(now).isoformat() == wanted


def test_the_parts_of_a_demonstration_know_that_they_are_one_and_other_boxes_parts_do_not(monkeypatch, tmp_path):
    monkeypatch.setenv("LOA_HOME", str(tmp_path))
    monkeypatch.delenv("LOA_DEMO", raising=False)
    box = environment.place(tmp_path)
    assert box.variables["LOA_DEMO"] == "0"

    monkeypatch.setenv("LOA_DEMO", replace(box, is_demo=True).variables["LOA_DEMO"])

    assert environment.place(tmp_path).variables["LOA_DEMO"] == "1"
