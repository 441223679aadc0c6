from pathlib import Path

from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from loa import box, cli

_KEYWORDS = {
    "step": None,
    "plain": None,
    "Refused": None,
    "translated": None,
    "gettext_noop": None,
    "WrongSetting": None,
}


def test_everything_the_box_says_is_there_in_vietnamese():
    folders = [Path(box.__file__).parent, Path(cli.__file__).parent]
    said = {
        message
        for folder in folders
        for name, _line, message, *_ in extract_from_dir(folder, keywords=_KEYWORDS)
        if not name.startswith("tests/")
    }
    with (folders[0] / "locale/vi/LC_MESSAGES/django.po").open("rb") as file:
        held = {message.id for message in read_po(file) if message.id and message.string}

    assert len(said) > 40
    assert said - held == set()
    assert held - said == set()
