import json
import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta

import pytest

from loa.box import backup, environment, secret_files
from loa.box.secret_files import Kind

NAME = "LOA_SECRET_KEY"


@pytest.fixture
def places(tmp_path):
    """The same secret in every place; each test takes away those that go before."""
    (tmp_path / "secrets").mkdir()
    (tmp_path / "secrets" / "secret_key").write_text("of the home\n")
    (tmp_path / "credentials").mkdir()
    (tmp_path / "credentials" / "secret_key").write_text("of systemd\n")
    (tmp_path / "named").write_text("of a file\n")
    return {
        NAME: "of the variable",
        f"{NAME}_FILE": str(tmp_path / "named"),
        "CREDENTIALS_DIRECTORY": str(tmp_path / "credentials"),
    }


def test_a_secret_is_read_from_the_first_place_that_has_it(places, tmp_path):
    read = []
    for taken_away in (None, NAME, f"{NAME}_FILE", "CREDENTIALS_DIRECTORY"):
        places.pop(taken_away, None)
        read.append((secret_files.read(NAME, places, tmp_path), secret_files.source(NAME, places, tmp_path).kind))

    assert read == [
        ("of the variable", Kind.VARIABLE),
        ("of a file", Kind.FILE),
        ("of systemd", Kind.CREDENTIAL),
        ("of the home", Kind.HOME),
    ]
    assert secret_files.read("LOA_DEVICE_SECRET", places, tmp_path) == ""


def test_a_file_that_was_named_and_is_not_there_ends_the_process_and_is_not_passed_over(places, tmp_path):
    del places[NAME]
    (tmp_path / "named").unlink()

    with pytest.raises(FileNotFoundError):
        secret_files.read(NAME, places, tmp_path)


def test_the_settings_read_the_databases_address_with_its_password_from_a_credential(tmp_path):
    (tmp_path / "database_url").write_text("postgresql://loa:g%40ch@db.example.vn/loa\n")
    code = (
        "import json, django.conf; s = django.conf.settings\n"
        "print(json.dumps([s.DATABASES['default'][k] for k in ('HOST', 'USER', 'PASSWORD')]))"
    )
    given = {
        **{name: value for name, value in os.environ.items() if not name.startswith("LOA_")},
        "CREDENTIALS_DIRECTORY": str(tmp_path),
        "DJANGO_SETTINGS_MODULE": "loa.settings",
        "LOA_HOME": str(tmp_path / "home"),
    }

    told = subprocess.run([sys.executable, "-c", code], env=given, capture_output=True, text=True, check=True)

    assert json.loads(told.stdout) == ["db.example.vn", "loa", "g@ch"]


def test_a_box_takes_the_database_of_a_file_for_somebody_elses(tmp_path, monkeypatch):
    (tmp_path / "url").write_text("postgresql://loa@db.example.vn/loa")
    monkeypatch.delenv("LOA_DATABASE_URL", raising=False)
    monkeypatch.setenv("LOA_DATABASE_URL_FILE", str(tmp_path / "url"))
    monkeypatch.setenv("LOA_HOME", str(tmp_path))

    place = environment.place(tmp_path)

    assert place.database_url == place.owner_url == "postgresql://loa@db.example.vn/loa"


def test_a_password_stands_in_no_list_of_processes():
    bare, given = backup._without_password("postgresql://loa:b%C3%AD%20m%E1%BA%ADt@db:5433/loa?sslmode=verify-full")

    assert bare == "postgresql://loa@db:5433/loa?sslmode=verify-full"
    assert given == {"PGPASSWORD": "bí mật"}
    assert backup._without_password("postgresql://loa@/loa?host=/run") == ("postgresql://loa@/loa?host=/run", {})


@pytest.mark.parametrize("note", ["", "{}", '{"at": 7}', '{"at": "yesterday"}', '{"at": "2026-11-23T07:00:00"}'])
def test_a_note_of_a_backup_that_makes_no_sense_is_none(tmp_path, note):
    assert backup.made_at(tmp_path) is None
    (tmp_path / "last_backup.json").write_text(note)

    assert backup.made_at(tmp_path) is None


def test_a_backup_leaves_a_note_of_its_time(tmp_path):
    backup._note_made(tmp_path)

    assert timedelta() <= datetime.now(UTC) - backup.made_at(tmp_path) < timedelta(minutes=1)
