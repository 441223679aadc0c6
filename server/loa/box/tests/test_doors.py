import os
import socket
import stat

import pytest

from loa.box import doors, environment, up
from loa.box.environment import Place
from loa.box.saying import Refused


@pytest.fixture
def taken():
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        held.listen()
        yield held.getsockname()[1]


def place(home, **more):
    wanted = {"port": doors.next_free(21000), "mqtt_port": doors.next_free(22000), "bind": "127.0.0.1"}
    return Place(home=home, database_url="", owner_url="", mqtt_url="", **{**wanted, **more})


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("", "http://127.0.0.1:8099"),
        ("http://localhost:8080", "http://localhost:8099"),
        ("http://[::1]:8080", "http://[::1]:8099"),
        ("http://localhost:9000", "http://localhost:9000"),
        ("https://loa.example.vn", "https://loa.example.vn"),
    ],
)
def test_the_address_that_is_shown_goes_along_when_the_demonstration_takes_another_door(tmp_path, given, shown):
    moved = place(tmp_path, port=8080, public_url=given).moved(8099, 1884)

    assert moved.url == moved.variables["LOA_PUBLIC_URL"] == shown


@pytest.mark.parametrize("value", ["abc", "99999", "0", "-1", "8080.5", "٣٣٣٣", "1" * 5000])
@pytest.mark.parametrize("name", ["LOA_PORT", "LOA_MQTT_PORT"])
def test_what_is_no_port_is_refused_with_a_sentence_that_names_it(monkeypatch, tmp_path, name, value):
    monkeypatch.setenv(name, value)

    with pytest.raises(Refused) as refusal:
        environment.place(tmp_path)

    assert name in str(refusal.value)
    assert value in str(refusal.value)


def test_beyond_the_last_port_a_free_one_is_looked_for_low():
    assert doors.next_free(65536) < 65536


def test_a_second_box_on_the_same_folder_is_refused_with_the_first_ones_process(tmp_path):
    first = doors.take(tmp_path)

    with pytest.raises(Refused) as refusal:
        doors.take(tmp_path)

    assert str(os.getpid()) in str(refusal.value)
    first.give_back()


def test_a_folder_given_back_can_be_taken_and_was_not_killed(tmp_path):
    doors.take(tmp_path).give_back()

    again = doors.take(tmp_path)

    assert again.was_killed is False
    again.give_back()


def test_a_folder_left_by_a_killed_box_can_be_taken_and_says_so(tmp_path):
    left = doors.take(tmp_path)
    os.close(left.descriptor)

    again = doors.take(tmp_path)

    assert again.was_killed is True
    again.give_back()


@pytest.mark.parametrize("name", ["LOA_PORT", "LOA_MQTT_PORT"])
def test_a_taken_port_is_refused_with_a_sentence_that_names_another(tmp_path, taken, name):
    wanted = {"LOA_PORT": "port", "LOA_MQTT_PORT": "mqtt_port"}[name]

    with pytest.raises(Refused) as refusal:
        up.open_box(place(tmp_path, **{wanted: taken}), may_move=False)

    assert str(taken) in str(refusal.value)
    assert f"{name}=" in str(refusal.value)


def test_the_folder_is_free_again_after_a_refused_port(tmp_path, taken):
    with pytest.raises(Refused):
        up.open_box(place(tmp_path, port=taken), may_move=False)

    doors.take(tmp_path).give_back()


def test_a_demonstration_moves_to_the_next_free_port(tmp_path, taken):
    box = up.open_box(place(tmp_path, port=taken), may_move=True)

    assert box.place.port > taken
    assert box.place.url.endswith(f":{box.place.port}")
    box.key.give_back()


def test_a_demonstration_stays_on_a_port_that_was_asked_for(tmp_path, taken):
    with pytest.raises(Refused):
        up.open_box(place(tmp_path, port=taken, given=frozenset({"LOA_PORT"})), may_move=True)


def test_secrets_are_made_once_and_only_their_owner_reads_them(tmp_path, monkeypatch):
    monkeypatch.delenv("LOA_SECRET_KEY", raising=False)
    environment.make_secrets(tmp_path)
    files = {file: file.read_text() for file in (tmp_path / "secrets").iterdir()}

    environment.make_secrets(tmp_path)

    assert {file.name for file in files} == {"secret_key", "device_secret", "factor_key"}
    assert all(file.read_text() == text and len(text) > 40 for file, text in files.items())
    assert all(stat.S_IMODE(file.stat().st_mode) == 0o600 for file in files)
    assert len(set(files.values())) == 3


def test_folders_an_earlier_version_left_open_are_closed(tmp_path):
    home = tmp_path / "home"
    for name in ("keys", "log", "run", "demo", "static"):
        (home / name).mkdir(parents=True)
        (home / name).chmod(0o755)

    doors.take(home).give_back()

    modes = {folder.name: stat.S_IMODE(folder.stat().st_mode) for folder in home.iterdir() if folder.is_dir()}
    assert modes == {"keys": 0o700, "log": 0o700, "run": 0o700, "demo": 0o700, "static": 0o755}


def test_a_new_state_folder_can_be_passed_but_not_listed(tmp_path):
    doors.take(tmp_path / "home").give_back()

    assert stat.S_IMODE((tmp_path / "home").stat().st_mode) & 0o066 == 0
