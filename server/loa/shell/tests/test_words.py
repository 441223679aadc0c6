import io
from pathlib import Path

import pytest
from babel.messages.extract import extract
from babel.messages.pofile import read_po
from django.utils.translation.template import templatize

ROOMS = Path(__file__).resolve().parents[2]
PAGES = ("bulletins", "schedules", "dispatch", "devices")
FUNCTIONS = {"_": None, "gettext": None, "gettext_lazy": None, "ngettext": (1, 2)}


def source_files():
    yield ROOMS / "kernel" / "pages.py"
    yield ROOMS / "kernel" / "errors.py"
    for folder in (ROOMS / "shell", *(ROOMS / room / part for room in PAGES for part in ("web", "templates"))):
        for file in sorted(folder.rglob("*")):
            if file.suffix in {".py", ".html"} and "tests" not in file.parts:
                yield file


def sentences(file):
    """Return the English sentences of a file, as Django's own extraction sees them."""
    source = file.read_text()
    if file.suffix == ".html":
        source = "\n".join(line.lstrip() for line in templatize(source).splitlines())
    for _line, message, _comments, _context in extract("python", io.BytesIO(source.encode()), FUNCTIONS):
        yield message if isinstance(message, str) else message[0]


def catalog():
    with (ROOMS / "shell" / "locale" / "vi" / "LC_MESSAGES" / "django.po").open("rb") as file:
        return read_po(file, locale="vi")


def keyed(message):
    return message.id if isinstance(message.id, str) else message.id[0]


def test_every_sentence_of_a_page_is_said_in_vietnamese():
    known = {keyed(message) for message in catalog() if message.string and all(message.string)}

    missing = {sentence: file.name for file in source_files() for sentence in sentences(file) if sentence not in known}

    assert len(known) > 200
    assert not missing


def test_no_translation_outlives_its_sentence():
    used = {sentence for file in source_files() for sentence in sentences(file)}

    assert not {keyed(message) for message in catalog() if message.id} - used


@pytest.mark.parametrize("message", [message for message in catalog() if message.id], ids=keyed)
def test_a_translation_keeps_the_placeholders(message):
    assert not list(message.check())
