import os
import signal
import subprocess
import sys

import pytest

from loa import cli


@pytest.mark.parametrize(
    ("language", "said", "unsaid"),
    [
        ("vi_VN.UTF-8", ["cách dùng"], ["usage"]),
        ("en_US.UTF-8", ["usage"], ["cách dùng"]),
        ("C.UTF-8", ["cách dùng", "usage"], []),
    ],
)
def test_the_commands_are_told_in_the_language_of_the_account_or_in_both(monkeypatch, capsys, language, said, unsaid):
    monkeypatch.delenv("LC_ALL", raising=False)
    monkeypatch.delenv("LC_MESSAGES", raising=False)
    monkeypatch.setenv("LANG", language)

    code = cli.main(["help"])

    shown = capsys.readouterr().out
    assert code == 0
    assert [words in shown for words in said] == [True] * len(said)
    assert [words in shown for words in unsaid] == [False] * len(unsaid)
    assert shown.count("loa demo ") == len(said)


def test_a_command_nobody_knows_shows_those_there_are(capsys):
    assert cli.main(["demoo"]) == 64
    assert "loa demo" in capsys.readouterr().err


@pytest.mark.parametrize("command", ["up", "demo", "web"])
def test_a_port_that_is_none_is_a_sentence_and_no_trace(monkeypatch, capsys, command):
    monkeypatch.setenv("LOA_PORT", "abc")

    assert cli.main([command]) == 2
    assert "LOA_PORT" in capsys.readouterr().err


def test_a_reader_that_has_gone_ends_the_command_and_no_process_dies_of_a_closed_socket():
    kept = signal.getsignal(signal.SIGPIPE)

    reading, writing = os.pipe()
    os.close(reading)
    done = subprocess.run(
        [sys.executable, "-m", "loa.cli", "help"], stdout=writing, stderr=subprocess.PIPE, text=True, check=False
    )
    os.close(writing)
    cli.main(["demoo"])

    assert (done.returncode, done.stderr) == (128 + signal.SIGPIPE, "")
    assert signal.getsignal(signal.SIGPIPE) == kept
