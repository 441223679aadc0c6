"""A test that the documents name is there."""

import re

from tools import source

NAMED = re.compile(r"`(test_\w+)`")


def test_every_test_that_a_document_names_is_there():
    files = [
        *source.ROOT.glob("server/**/test_*.py"),
        *source.ROOT.glob("tests/**/*.py"),
        *source.ROOT.glob("agent/**/test_*.py"),
    ]
    there = {name for file in files for name in re.findall(r"def (test_\w+)", file.read_text())} | {
        one.stem for one in files
    }
    named = {(page.name, name) for page in source.ROOT.glob("docs/**/*.md") for name in NAMED.findall(page.read_text())}

    assert named
    assert {(page, name) for page, name in named if name not in there} == set()
