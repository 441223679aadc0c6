"""Every sentence of the agent is there in Vietnamese, with the same named places."""

import ast
import re
from pathlib import Path

import pytest

import loa_agent
from loa_agent import words

PLACES = re.compile(r"%\(\w+\)s|%%")


def said():
    found = set()
    for file in Path(loa_agent.__file__).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in {"say", "say_many"}:
                found |= {text.value for text in node.args if isinstance(text, ast.Constant)}
    return found


def test_every_sentence_has_its_vietnamese_and_nothing_else_is_kept():
    assert said() == set(words.VIETNAMESE)


def test_translations_keep_the_named_places():
    assert {
        english for english, vietnamese in words.VIETNAMESE.items()
        if sorted(PLACES.findall(english)) != sorted(PLACES.findall(vietnamese))
    } == set()  # fmt: skip


@pytest.mark.parametrize(
    ("environment", "shown"),
    [
        ({}, "Thiết bị này chưa ghi danh."),
        ({"LANG": "C.UTF-8"}, "Thiết bị này chưa ghi danh."),
        ({"LANG": "en_US.UTF-8"}, "This device is not enrolled."),
        ({"LANG": "en_US.UTF-8", "LOA_LANG": "vi"}, "Thiết bị này chưa ghi danh."),
        ({"LANG": "vi_VN.UTF-8", "LOA_LANG": "en"}, "This device is not enrolled."),
    ],
)
def test_the_account_is_spoken_to_in_its_language(monkeypatch, environment, shown):
    for name in ("LOA_LANG", "LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)

    assert words.say("This device is not enrolled.") == shown
