"""Each driver of another maker's devices says what it promises, and names the test that shows it."""

import re
import tomllib

import pytest

from loa.devices.drivers import register
from tools import source

FOLDER = source.ROOT / "server" / "loa" / "devices" / "drivers"
FOLDERS = sorted(path.parent.name for path in FOLDER.glob("*/driver.py"))
PROMISED_BY_ALL = {
    "logs_once_when_lost",
    "logs_once_when_back",
    "recovers_alone",
    "refuses_to_start_unconfigured",
    "has_a_fake",
}


def promises(name):
    return tomllib.loads((FOLDER / name / "quality.toml").read_text(encoding="utf-8"))["promises"]


def test_every_folder_is_a_driver_that_is_registered():
    assert sorted(register.drivers()) == FOLDERS


@pytest.mark.parametrize("name", FOLDERS)
def test_a_driver_promises_what_all_promise(name):
    assert promises(name).keys() >= PROMISED_BY_ALL


@pytest.mark.parametrize("name", FOLDERS)
def test_every_promise_is_shown_by_a_test(name):
    there = {
        found
        for file in (source.ROOT / "server" / "loa").glob("**/tests/test_*.py")
        for found in re.findall(r"^def (test_\w+)", file.read_text(encoding="utf-8"), re.MULTILINE)
    }

    assert {line: test for line, test in promises(name).items() if test not in there} == {}


@pytest.mark.parametrize("name", FOLDERS)
def test_a_driver_has_a_fake_that_is_a_program(name):
    fake = (FOLDER / name / "fake.py").read_text(encoding="utf-8")

    assert "def main()" in fake
    assert '__name__ == "__main__"' in fake


@pytest.mark.parametrize("name", FOLDERS)
def test_a_driver_opens_no_connection_and_no_table(name):
    words = (FOLDER / name / "driver.py").read_text(encoding="utf-8")

    assert not re.search(r"\b(objects|connection|urllib|socket|requests|loa\.devices\.models|loa\.dispatch)\b", words)
