import inspect
import json
import os
import stat
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
from django.conf import settings as real_settings

from loa import settings as written
from loa.box import backup, doctor, postgres, saying, secret_files
from loa.box.doctor import machine, visit
from loa.box.doctor.register import Facts, Severity, examine, registered
from loa.media import ports
from loa.media.ports import FakeScanner

HARMLESS = {
    "PACKAGE": "where the program lies",
    "REPOSITORY": "where the program lies",
    "NOW_LEAD": "how long devices prepare; a wrong value delays, and the airing page shows it",
    "ROOT_URLCONF": "every address is walked by tests/architecture/test_addresses.py",
    "WSGI_APPLICATION": "the door; tests/architecture walks what stands behind it",
    "DEFAULT_AUTO_FIELD": "kind of keys",
    "AUTH_USER_MODEL": "which table",
    "TEMPLATES": "escaping is the default and tests/architecture/test_hostile_input.py looks",
    "LOGIN_URL": "an address of our own",
    "SESSION_COOKIE_NAME": "a name",
    "CSRF_COOKIE_NAME": "a name",
    "LANGUAGE_CODE": "words",
    "LANGUAGES": "words",
    "LANGUAGE_COOKIE_NAME": "a name",
    "USE_I18N": "words",
    "USE_TZ": "tests/architecture/test_code.py refuses times without a zone",
    "TIME_ZONE": "shown times",
    "STATIC_URL": "an address of our own",
    "STATIC_ROOT": "files of the program, public anyway",
    "STORAGES": "files of the program, public anyway",
    "STATICFILES_FINDERS": "files of the program, public anyway",
    "WHITENOISE_USE_FINDERS": "files of the program, public anyway",
    "WHITENOISE_MAX_AGE": "caching of public files",
    "CSRF_FAILURE_VIEW": "the page of a refusal",
    "LOA_CLASH_LEAD": "when a default decides; a wrong value shows on the inbox",
    "LOA_DATABASE_URL": "covered by database_plain and secret_in_environment",
}
"""Settings that no check watches, each with the reason."""

NOW = datetime(2026, 11, 23, 5, 0, tzinfo=UTC)


@pytest.fixture
def deployment(tmp_path):
    """A deployment without a fault: nginx in front, PostgreSQL and broker elsewhere, all over TLS. Tests spoil it."""
    home = tmp_path / "home"
    for name in ("keys", "secrets", "media", "log"):
        (home / name).mkdir(parents=True, mode=0o700)
    for name in ("secret_key", "device_secret", "factor_key"):
        (home / "secrets" / name).write_text("x")
        (home / "secrets" / name).chmod(0o600)
    (home / "media").chmod(0o711)
    (home / "last_backup.json").write_text(json.dumps({"at": (NOW - timedelta(hours=3)).isoformat()}))
    told = {name: getattr(real_settings, name) for name in dir(written) if name.isupper()}
    told |= {
        "LOA_HOME": home, "KEY_FOLDER": home / "keys", "MEDIA_FOLDER": home / "media",
        "SECRET_KEY": "Zp4kQ9vR2sXwN7tBcL8mYhJ5dF3gA6uE1iOx0",
        "LOA_DEVICE_SECRET": "hT8nB3vK6wQ1zX9cM4rP7yD2sF5gJ0lAeUo",
        "LOA_FACTOR_KEY": "set",
        "LOA_PUBLIC_URL": "https://loa.example.vn",
        "CSRF_TRUSTED_ORIGINS": ["https://loa.example.vn"], "ALLOWED_HOSTS": ["loa.example.vn", "127.0.0.1"],
        "LOA_TLS": True, "SESSION_COOKIE_SECURE": True, "CSRF_COOKIE_SECURE": True, "SECURE_HSTS_SECONDS": 31_536_000,
        "LOA_TRUSTED_PROXIES": ["127.0.0.1"], "LOA_BIND": "127.0.0.1", "LOA_MQTT_BIND": "127.0.0.1",
        "LOA_MQTT_URL": "mqtts://broker.example.vn:8883", "LOA_ADMIN_NETWORKS": ["10.1.0.0/16"],
        "PASSWORD_MAX_AGE": timedelta(days=90), "LOA_SECOND_FACTOR": "required", "LOA_DEMO": False,
        "LOA_CLAMAV": "unix:/run/clamav/clamd.ctl", "LOA_SCAN": "required", "DEBUG": False,
        "LOA_DATABASE_URL": "postgresql://loa@db/loa", "LOA_OIDC_PROVIDERS_FILE": "", "LOA_MEDIA_URL": "",
        "LOA_AUDIT_FEED": "-",
        "LOA_CHECKPOINT_FOLDER": tmp_path / "other",
        "PASSWORD_HASHERS": ["loa.accounts.passwords.Argon2"],
        "DATABASES": {"default": {"HOST": "db", "OPTIONS": {"sslmode": "verify-full"}}},
        "DATABASE_OWNER": {"HOST": "db", "OPTIONS": {"sslmode": "verify-full"}},
    }  # fmt: skip
    return SimpleNamespace(**told)


@pytest.fixture
def scanner(settings):
    settings.LOA_SCAN = "required"
    fake = FakeScanner(version="ClamAV 1.4.6/27800/Sun Nov 22 09:00:00 2026")
    ports.scan_with(lambda: fake)
    yield fake
    ports.scan_with(None)


OF_THE_MACHINE = {"clock_adrift", "disk_full", "runs_as_root", "packages_differ", "database_away"}
"""What depends on where the tests run, not on the deployment under test; each has a test of its own."""


def codes(settings, given=None, **facts):
    found = examine(Facts(settings=settings, given=given or {}, now=NOW, **facts))
    return {one.check.code for one in found} - OF_THE_MACHINE


def test_a_deployment_without_a_fault_gets_no_word(deployment, scanner):
    assert codes(deployment) == set()


def test_every_setting_is_watched_or_harmless_for_a_reason():
    watched = {name for one in registered().values() for name in one.covers}
    all_settings = {name for name in dir(written) if name.isupper() and not name.startswith("_")}

    assert all_settings - watched - set(HARMLESS) == set()
    assert watched - all_settings == set(), "watches what is no setting"
    assert set(HARMLESS) - all_settings == set()


@pytest.mark.parametrize(
    ("code", "wrong"),
    [
        ("debug_on", {"DEBUG": True}),
        ("hosts_any", {"ALLOWED_HOSTS": ["*"]}),
        ("hosts_any", {"ALLOWED_HOSTS": [".example.vn"]}),
        ("public_url_plain", {"LOA_PUBLIC_URL": "http://loa.example.vn"}),
        ("public_url_plain", {"CSRF_TRUSTED_ORIGINS": ["http://other.example.vn"]}),
        ("tls_not_told", {"LOA_TLS": False}),
        ("tls_not_told", {"SESSION_COOKIE_SECURE": False}),
        ("hsts_short", {"SECURE_HSTS_SECONDS": 3600}),
        ("cookies_open", {"SESSION_COOKIE_HTTPONLY": False}),
        ("cookies_open", {"SESSION_COOKIE_SAMESITE": "None"}),
        ("proxies_missing", {"LOA_TRUSTED_PROXIES": []}),
        ("proxies_too_wide", {"LOA_TRUSTED_PROXIES": ["0.0.0.0/0"]}),
        ("proxies_too_wide", {"LOA_TRUSTED_PROXIES": ["::/0"]}),
        ("proxies_too_wide", {"LOA_TRUSTED_PROXIES": ["10.0.0.0/8"]}),
        ("proxies_too_wide", {"LOA_TRUSTED_PROXIES": ["nginx"]}),
        ("bound_openly", {"LOA_BIND": "0.0.0.0"}),  # noqa: S104 - what is looked for
        ("bound_openly", {"LOA_BIND": "::"}),
        ("policy_loose", {"CONTENT_SECURITY_POLICY": {"DIRECTIVES": {"script-src": ["'self'", "'unsafe-inline'"]}}}),
        ("policy_loose", {"X_FRAME_OPTIONS": "SAMEORIGIN"}),
        ("guard_missing", {"MIDDLEWARE": []}),
        ("guard_missing", {"INSTALLED_APPS": ["django.contrib.admin"]}),
        ("bodies_too_large", {"DATA_UPLOAD_MAX_MEMORY_SIZE": None}),
        ("secret_default", {"SECRET_KEY": "only-for-checks-and-tests"}),
        ("secret_weak", {"SECRET_KEY": "short"}),
        ("secret_weak", {"LOA_DEVICE_SECRET": "ab" * 40}),
        ("secret_weak", {"SECRET_KEY": "hT8nB3vK6wQ1zX9cM4rP7yD2sF5gJ0lAeUo"}),
        ("stream_sources_wide", {"LOA_STREAM_HOSTS": ["*"]}),
        ("stream_sources_wide", {"LOA_STREAM_HOSTS": ["*.vn"]}),
        ("stream_sources_wide", {"LOA_STREAM_NETWORKS": ["10.0.0.0/8"]}),
        ("stream_sources_wide", {"LOA_STREAM_NETWORKS": ["169.254.169.0/24"]}),
        ("database_plain", {"DATABASES": {"default": {"HOST": "db.example.vn", "OPTIONS": {}}}}),
        ("database_plain", {"DATABASE_OWNER": {"HOST": "10.0.0.4", "OPTIONS": {"sslmode": "require"}}}),
        ("embedded_beyond", {"LOA_DATABASE_URL": ""}),
        ("mqtt_plain", {"LOA_MQTT_URL": "mqtt://broker.example.vn"}),
        ("mqtt_plain", {"LOA_MQTT_URL": "", "LOA_MQTT_BIND": "0.0.0.0"}),  # noqa: S104 - what is looked for
        ("mqtt_files_missing", {"LOA_MQTT_TLS_CERT": "/nowhere/cert.pem"}),
        ("media_plain", {"LOA_MEDIA_URL": "http://media.example.vn"}),
        ("factor_not_required", {"LOA_SECOND_FACTOR": "offered"}),
        ("hashing_weak", {"PASSWORD_HASHERS": ["django.contrib.auth.hashers.MD5PasswordHasher"]}),
        ("sessions_long", {"SESSION_IDLE": timedelta(days=1)}),
        ("sessions_long", {"SESSION_LIFETIME": timedelta()}),
        ("sessions_long", {"SESSIONS_PER_PERSON": 0}),
        ("administration_open", {"LOA_ADMIN_NETWORKS": []}),
        ("administration_open", {"LOA_ADMIN_NETWORKS": ["0.0.0.0/0"]}),
        ("duties_together", {"LOA_TWO_DUTIES": True}),
        ("passwords_never_old", {"PASSWORD_MAX_AGE": timedelta()}),
        ("demo_here", {"LOA_DEMO": True}),
        ("scan_off", {"LOA_SCAN": "off"}),
        ("scan_off", {"LOA_CLAMAV": ""}),
        ("scan_off", {"LOA_SCAN": "if-available"}),
        ("record_stays_here", {"LOA_AUDIT_FEED": ""}),
        ("log_talkative", {"LOGGING": {"root": {"level": "DEBUG"}}}),
        ("providers_broken", {"LOA_OIDC_PROVIDERS_FILE": "/nowhere"}),
        ("voice_providers_readable", {"LOA_VOICE_PROVIDERS_FILE": "/nowhere"}),
        ("voice_folder_open", {"LOA_VOICE_FOLDER": "/nowhere"}),
    ],
)
def test_a_wrong_setting_is_found_and_nothing_else(deployment, scanner, code, wrong):
    for name, value in wrong.items():
        setattr(deployment, name, value)

    assert codes(deployment) == {code}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("LOA_SECRET_KEY", "x" * 50),
        ("LOA_DATABASE_URL", "postgresql://loa:pw@db/loa"),
        ("LOA_MQTT_URL", "mqtts://a:b@c"),
    ],
)
def test_a_secret_in_the_environment_is_found(deployment, scanner, name, value):
    assert codes(deployment, {name: value}) == {"secret_in_environment"}


def test_an_address_without_a_password_may_stand_in_the_environment(deployment, scanner):
    assert codes(deployment, {"LOA_DATABASE_URL": "postgresql://loa@/loa?host=/run"}) == set()


@pytest.mark.parametrize("mode", [0o644, 0o640, 0o620, 0o602])
def test_a_secret_or_key_that_others_read_or_write_is_found(deployment, scanner, mode):
    found = {}
    for file in (deployment.LOA_HOME / "secrets" / "secret_key", deployment.KEY_FOLDER / "signing.jwk"):
        file.write_text("x")
        file.chmod(mode)
        found[file.name] = codes(deployment)
        file.chmod(0o600)

    expected = {"secret_readable"} if mode & 0o027 else set()
    assert found == {"secret_key": expected, "signing.jwk": expected}


def test_folders_that_others_enter_or_list_are_found(deployment, scanner):
    (deployment.LOA_HOME / "log").chmod(0o755)
    assert codes(deployment) == {"home_open"}
    (deployment.LOA_HOME / "log").chmod(0o700)

    deployment.MEDIA_FOLDER.chmod(0o755)
    assert codes(deployment) == {"home_open"}


def test_of_roots_own_state_postgresql_passes_through_one_folder_and_nobody_else_reads(deployment, scanner):
    cluster = deployment.LOA_HOME / "postgres"
    (cluster / "data").mkdir(parents=True)
    cluster.chmod(0o711)
    (cluster / "data").chmod(0o700)
    other = postgres.accounts_of(0).pop()
    os.chown(cluster / "data", other, -1)
    assert codes(deployment) == set()

    cluster.chmod(0o755)
    assert codes(deployment) == {"home_open"}
    cluster.chmod(0o711)
    (cluster / "data").chmod(0o750)
    assert codes(deployment) == {"home_open"}


def test_a_folder_of_the_state_that_belongs_to_somebody_else_is_found(deployment, scanner):
    (deployment.LOA_HOME / "postgres" / "data").mkdir(parents=True, mode=0o700)
    (deployment.LOA_HOME / "postgres").chmod(0o700)
    for folder in (deployment.LOA_HOME, *deployment.LOA_HOME.iterdir(), deployment.LOA_HOME / "postgres" / "data"):
        os.chown(folder, 12345, -1)
    assert codes(deployment) == set()

    os.chown(deployment.LOA_HOME / "postgres" / "data", 54321, -1)
    os.chown(deployment.LOA_HOME / "keys", 54321, -1)
    found = {one.check.code: one.found for one in examine(Facts(settings=deployment, given={}, now=NOW))}
    assert [each.words("en").rsplit(" ", 1)[1] for each in found["home_open"]] == ["54321", "54321"]


GOOD = {
    "slug": "tinh", "issuer": "https://id.example.vn", "client_id": "loa", "client_secret_file": "secret",
    "name_vi": "Cổng tỉnh", "name_en": "Portal",
}  # fmt: skip


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("{", "JSON"),
        ("[" * 100_000, "JSON"),
        ("{}", "list"),
        ("[7]", "list"),
        (json.dumps([{**GOOD, "issuer": "http://id.example.vn"}]), "http://id.example.vn"),
        (json.dumps([{**GOOD, "issuer": 7}]), "issuer"),
        (json.dumps([{"slug": "tinh"}]), "client_id, client_secret_file, name_vi, name_en"),
        (json.dumps([{**GOOD, "slug": "Cổng tỉnh"}]), "Cổng tỉnh"),
        (json.dumps([{**GOOD, "scopes": "openid"}]), "scopes"),
        (json.dumps([{**GOOD, "second_factor": []}]), "second_factor"),
        (json.dumps([{**GOOD, "client_secret_file": "absent"}]), "absent"),
        (json.dumps([GOOD, GOOD]), "two providers"),
    ],
)
def test_a_broken_file_of_providers_is_a_finding_that_says_what_to_mend(deployment, scanner, tmp_path, written, said):
    file = tmp_path / "providers.json"
    (tmp_path / "secret").write_text("s")
    for text, expected in ((json.dumps([GOOD]), set()), (written, {"providers_broken"})):
        file.unlink(missing_ok=True)
        file.write_text(text)
        file.chmod(0o600)
        os.utime(file, ns=(abs(hash(text)) % 10**15,) * 2)  # two writings within one tick of the clock
        deployment.LOA_OIDC_PROVIDERS_FILE = str(file)
        assert codes(deployment) == expected

    found = {one.check.code: one.found for one in examine(Facts(settings=deployment, given={}, now=NOW))}
    assert said in found["providers_broken"][0].words("en")
    assert "docs/how-to/sign-in.md" in registered()["providers_broken"].cure


def test_the_root_key_and_the_demonstrations_passwords_are_found_on_a_machine_others_reach(deployment, scanner):
    for file in (deployment.KEY_FOLDER / "root.jwk", deployment.LOA_HOME / "demo-accounts.txt"):
        file.write_text("x")
        file.chmod(0o600)

    assert codes(deployment) == {"root_key_on_line", "demo_here"}
    deployment.LOA_PUBLIC_URL = "http://127.0.0.1:8080"
    assert codes(deployment) == set()


@pytest.mark.parametrize(
    ("age", "code"),
    [(timedelta(hours=40), set()), (timedelta(days=3), {"backup_old"}), (-timedelta(days=1), {"backup_old"})],
)
def test_a_backup_that_is_old_or_of_tomorrow_is_found(deployment, scanner, age, code):
    (deployment.LOA_HOME / "last_backup.json").write_text(json.dumps({"at": (NOW - age).isoformat()}))
    assert codes(deployment) == code

    (deployment.LOA_HOME / "last_backup.json").unlink()
    assert codes(deployment) == {"backup_old"}
    assert backup.made_at(deployment.LOA_HOME) is None


def test_a_scanner_that_is_silent_or_knows_nothing_new_is_found(deployment, scanner, settings):
    scanner.version = "ClamAV 1.4.6/27000/Mon Nov  2 09:00:00 2026"
    assert codes(deployment) == {"signatures_old"}

    scanner.is_away = True
    assert codes(deployment) == {"scanner_away"}


def test_a_check_that_breaks_says_so_and_ends_no_other(deployment, scanner, caplog):
    deployment.LOA_TRUSTED_PROXIES = 7
    deployment.DEBUG = True

    found = {one.check.code: one.found[0].words("en") for one in examine(Facts(settings=deployment, given={}, now=NOW))}

    assert "TypeError" in found["proxies_too_wide"]
    assert found["debug_on"] == "LOA_DEBUG is on."


def test_packages_of_another_version_are_found(deployment, tmp_path):
    (tmp_path / "requirements").mkdir()
    deployment.REPOSITORY = tmp_path
    lock = tmp_path / "requirements" / "runtime.txt"
    facts = Facts(settings=deployment, given={}, now=NOW)
    lock.write_text("pillow==0.0.1 \\\n    --hash=sha256:0\nnot-here-at-all==1 ; sys_platform == 'win32'\n")

    assert [found.facts["name"] for found in machine.packages_differ(facts)] == ["pillow"]
    assert machine._plain("1.002.0") == "1.2.0"
    assert machine._plain("10.0.30") == "10.0.30"


def test_the_kernel_says_whether_its_clock_is_set():
    assert 0 <= machine._clock_state() <= machine._TIME_ERROR


def test_a_disk_that_is_nearly_full_is_found(deployment, monkeypatch):
    facts = Facts(settings=deployment, given={}, now=NOW)
    monkeypatch.setattr(machine, "_FREE_LEAST_BYTES", 1 << 60)

    assert [found.sentence for found in machine.disk_full(facts)] == ["%(free)s MB are free."]


def test_the_key_of_a_provider_of_voices_that_others_read_is_found(deployment, scanner, tmp_path):
    file, key = tmp_path / "voices.json", tmp_path / "key"
    file.write_text(json.dumps([{"slug": "a", "key_file": "key"}, {"slug": "b"}]))
    key.write_text("x")
    file.chmod(0o600)
    key.chmod(0o644)
    deployment.LOA_VOICE_PROVIDERS_FILE = str(file)
    assert codes(deployment) == {"voice_providers_readable"}

    key.chmod(0o600)
    assert codes(deployment) == set()
    file.write_text("no json")
    assert codes(deployment) == set()


def test_a_folder_of_voices_that_others_write_to_is_found(deployment, scanner, tmp_path):
    deployment.LOA_VOICE_FOLDER = str(tmp_path)
    tmp_path.chmod(0o777)
    assert codes(deployment) == {"voice_folder_open"}

    tmp_path.chmod(0o755)
    assert codes(deployment) == set()


@pytest.mark.django_db
def test_what_hangs_on_the_database_is_found_in_it(deployment, scanner, world):
    deployment.LOA_HOME.mkdir(exist_ok=True)
    world.officer_user.__class__.objects.filter(pk=world.officer_user.pk).update(is_demo=True)
    world.officer_user.__class__.objects.filter(pk=world.leader_user.pk).update(
        must_change_password=True, created_at=NOW - timedelta(days=30)
    )

    found = codes(deployment, has_database=True)

    assert found == {"database_role", "checkpoints_old", "demo_mixed", "password_never_changed"}


def test_a_record_whose_checkpoints_lie_beside_it_is_found(deployment, scanner):
    deployment.LOA_CHECKPOINT_FOLDER = deployment.LOA_HOME / "checkpoints"

    assert codes(deployment) == {"record_stays_here"}


def test_the_answer_for_machines_has_both_languages_and_for_people_one(deployment, scanner):
    deployment.DEBUG = True
    found = [one for one in examine(Facts(settings=deployment, given={}, now=NOW)) if one.check.code == "debug_on"]

    told = visit.as_json(found)
    assert told["is_unsafe"] is True
    assert told["findings"][0]["found"] == {"vi": ["LOA_DEBUG đang bật."], "en": ["LOA_DEBUG is on."]}
    words = visit.as_text(found, say=lambda sentence: saying.in_language(sentence, "en"))
    assert words.startswith("UNSAFE  debug_on\n    LOA_DEBUG")
    assert words.endswith(f"1 unsafe, 0 risky, 0 notes; {len(registered())} checks.")


def test_every_check_says_what_is_found_in_words_with_vietnamese():
    for one in registered().values():
        assert saying.in_language(one.means, "vi") != one.means
        assert saying.in_language(one.cure, "vi") != one.cure
        assert inspect.getdoc(one.look).startswith("Find "), one.code
    assert {one.severity for one in registered().values()} == set(Severity)


def asked(home, *words, **variables):
    given = {name: value for name, value in os.environ.items() if not name.startswith(("LOA_", "DJANGO_"))}
    given |= {"LOA_HOME": str(home), "LANG": "en_US.UTF-8", "LC_ALL": "", **variables}
    return subprocess.run(
        [sys.executable, "-m", "loa.cli", "doctor", *words],
        env=given,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.mark.system
def test_the_command_ends_with_one_when_anything_is_unsafe_and_makes_nothing(tmp_path):
    told = asked(tmp_path / "home", LOA_DEBUG="1", LOA_HOSTS="*", LOA_BIND="0.0.0.0")  # noqa: S104 - what is looked for

    assert told.returncode == 1, told.stderr
    assert "LOA_DEBUG is on." in told.stdout
    assert "LOA_HOSTS takes any host" in told.stdout
    assert not (tmp_path / "home").exists()


@pytest.mark.system
def test_a_trial_on_ones_own_machine_is_safe(tmp_path):
    (tmp_path / "secrets").mkdir(mode=0o700)
    for name, value in (
        ("secret_key", "hT8nB3vK6wQ1zX9cM4rP7yD2sF5gJ0lAeUo"),
        ("device_secret", "Zp4kQ9vR2sXwN7tBcL8mYhJ5dF3gA6uE1iO"),
    ):
        (tmp_path / "secrets" / name).write_text(value)
        (tmp_path / "secrets" / name).chmod(stat.S_IRUSR)

    told = asked(tmp_path, "--json")

    answer = json.loads(told.stdout)
    assert (told.returncode, answer["is_unsafe"]) == (0, False), told.stdout
    assert secret_files.read("LOA_SECRET_KEY", {}, tmp_path)
    assert doctor.registered()
