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

    assert cli.main([command]) == 69
    assert "LOA_PORT" in capsys.readouterr().err
