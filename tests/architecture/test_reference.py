"""What can be used is in the docs."""

import re

import pytest

from tools import reference_pages, source

FETCHED_OTHERWISE = {"uv"}
"""What the wrapper fetches itself: it makes the environment the others are installed into."""

REFERENCE = source.ROOT / "docs" / "reference"


@pytest.mark.parametrize("page", reference_pages.MAKERS)
def test_a_page_says_what_the_code_says(page):
    written = (REFERENCE / page).read_text(encoding="utf-8")

    assert written == reference_pages.MAKERS[page](), "run: python tools/reference_pages.py"


def test_every_setting_is_told_and_none_is_told_in_vain():
    assert {name for name, _ in reference_pages.environment()} == set(reference_pages.TOLD)


def test_every_dependency_is_a_decision_with_a_reason():
    told = {
        name.lower()
        for name in re.findall(r"^\| `([^`]+)` \|", (REFERENCE / "dependencies.md").read_text(), re.MULTILINE)
    }
    needed = set()
    for listed in (source.ROOT / "requirements").glob("*.in"):
        for line in listed.read_text().splitlines():
            if line.strip() and not line.startswith(("-", "#")):
                needed.add(re.split(r"[\[<>=~! ]", line.strip(), maxsplit=1)[0].lower())

    assert needed <= told
    assert told - needed <= FETCHED_OTHERWISE


def test_every_word_of_the_product_has_its_vietnamese():
    words = (REFERENCE / "words.md").read_text(encoding="utf-8")

    for english in ("unit", "bulletin", "airing", "slot", "device", "role", "scope"):
        assert re.search(rf"^\|\s*\**{english}\b", words, re.MULTILINE | re.IGNORECASE), english
