import subprocess
import sys

import pytest

from loa import cli
from loa.box import environment, folders
from loa.box.reading import Reader, WrongSetting
from loa.box.saying import Refused

WRONG = [
    ("LOA_FRESH_MINUTES", "abc", "1440"),
    ("LOA_FRESH_MINUTES", "0", "1440"),
    ("LOA_FRESH_MINUTES", "٣", "1440"),
    ("LOA_PASSWORD_MAX_AGE_DAYS", "-1", "36500"),
    ("LOA_NOW_LEAD_MS", "1.5", "60000"),
    ("LOA_CLASH_LEAD_S", "9" * 5000, "86400"),
    ("LOA_PORT", "99999", "65535"),
    ("LOA_MQTT_PORT", "x", "65535"),
    ("LOA_TLS", "maybe", "1 or 0"),
    ("LOA_DEBUG", "on!", "1 or 0"),
    ("LOA_TWO_DUTIES", "2", "1 or 0"),
    ("LOA_SCAN", "sometimes", "if-available"),
    ("LOA_SECOND_FACTOR", "none", "offered"),
    ("LOA_LOG_LEVEL", "loud", "WARNING"),
    ("LOA_PUBLIC_URL", "loa.example.vn", "https://"),
    ("LOA_PUBLIC_URL", "https://loa.example.vn:port", "https://"),
    ("LOA_PUBLIC_URL", "https://", "https://"),
    ("LOA_MEDIA_URL", "ftp://files.example.vn", "https://"),
    ("LOA_MQTT_URL", "broker.example.vn", "mqtts://"),
    ("LOA_SYSLOG_URL", "https://logs.example.vn", "tls://"),
    ("LOA_CLAMAV", "/run/clamav/clamd.ctl", "unix:"),
    ("LOA_ADMIN_NETWORKS", "10.1.0.0/16,office", "office"),
    ("LOA_TRUSTED_PROXIES", "nginx", "nginx"),
    ("LOA_ADMIN_HOURS", "7am-7pm", "07:00-19:00"),
    ("LOA_ADMIN_HOURS", "25:00-26:00", "07:00-19:00"),
    ("LOA_SECRET_KEY_FILE", "/nonexistent/secret", "/nonexistent/secret"),
]


@pytest.mark.parametrize(("name", "value", "wanted"), WRONG)
def test_a_wrong_setting_is_one_sentence_that_names_it_and_says_what_is_wanted(
    monkeypatch, capsys, name, value, wanted
):
    monkeypatch.setenv("LOA_HOME", "/nonexistent")
    monkeypatch.setenv(name, value)

    code = cli.main(["verify"])

    said = capsys.readouterr().err
    assert code == 2
    assert said.count("\n") == 1
    assert name.removesuffix("_FILE") in said
    assert wanted.replace("1 or 0", "1") in said


def test_a_wrong_setting_leaves_no_trace_of_the_program(monkeypatch, tmp_path):
    given = {"LOA_HOME": str(tmp_path), "LOA_FRESH_MINUTES": "abc", "PATH": "/usr/bin:/bin", "LANG": "en_US.UTF-8"}

    done = subprocess.run(
        [sys.executable, "-m", "loa.cli", "up"], env=given, capture_output=True, text=True, check=False, timeout=60
    )

    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "LOA_FRESH_MINUTES must be a whole number from 1 to 1440, and is “abc”.\n"


def test_the_password_of_a_wrong_address_is_not_said_again():
    reader = Reader({"LOA_DATABASE_URL": "mysql://loa:hidden@db.example.vn/loa"})

    with pytest.raises(WrongSetting) as wrong:
        reader.secret("LOA_DATABASE_URL", environment.Path("/nonexistent"), schemes=("postgresql",))

    assert "hidden" not in str(wrong.value)
    assert "mysql:" in str(wrong.value)


@pytest.mark.parametrize(
    ("value", "kept"),
    [("http://localhost:8080", "http://localhost:8080"), ("https://loa.example.vn/", "https://loa.example.vn"),
     ("", "http://127.0.0.1:1")],
)  # fmt: skip
def test_an_address_is_kept_without_its_last_slash_and_an_empty_one_is_none(value, kept):
    reader = Reader({"LOA_PUBLIC_URL": value})

    assert reader.address("LOA_PUBLIC_URL", default="http://127.0.0.1:1", schemes=("http", "https")) == kept


@pytest.mark.parametrize("command", [["dossier"], ["backup"]])
@pytest.mark.parametrize("where", ["/proc/x", "file/below"])
def test_a_folder_that_cannot_be_written_is_a_sentence_before_any_work(monkeypatch, tmp_path, capsys, command, where):
    (tmp_path / "file").touch()
    folder = where if where.startswith("/") else str(tmp_path / where)
    if command == ["backup"]:
        folder += "/inside"
    monkeypatch.setenv("LOA_HOME", str(tmp_path / "home"))

    assert cli.main([*command, folder]) == 69
    assert folder.removesuffix("/inside") in capsys.readouterr().err


@pytest.mark.parametrize("home", ["/proc/x", "file/below"])
def test_a_state_folder_that_cannot_be_made_is_a_sentence(monkeypatch, tmp_path, capsys, home):
    (tmp_path / "file").touch()
    monkeypatch.setenv("LOA_HOME", home if home.startswith("/") else str(tmp_path / home))

    assert cli.main(["up"]) == 69
    assert "LOA_HOME" in capsys.readouterr().err


def test_a_folder_that_may_be_written_is_made_and_left_empty(tmp_path):
    folders.demand(tmp_path / "a" / "b")

    assert list((tmp_path / "a" / "b").iterdir()) == []
    (tmp_path / "a" / "file").touch()
    with pytest.raises(Refused):
        folders.demand(tmp_path / "a" / "file")
