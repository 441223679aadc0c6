"""Both languages are complete: every msgid has a Vietnamese sentence with the same named places."""

import re

import pytest

from tools import messages, source

PLACES = re.compile(r"%\((\w+)\)s|%\((\w+)\)d")
NOT_ENGLISH = re.compile(r"[ăâđêôơưàảãáạằẳẵắặầẩẫấậèẻẽéẹềểễếệìỉĩíịòỏõóọồổỗốộờởỡớợùủũúụừửữứựỳỷỹýỵ]", re.IGNORECASE)
SAYS_VIETNAMESE = {"Tiếng Việt"}


def translated():
    known = {}
    for path in messages.catalogs():
        for identity, string, fuzzy in messages.entries(path):
            if string and not fuzzy:
                known.setdefault(identity, {})[source.name(path)] = string
    return known


@pytest.mark.parametrize("room", source.ROOMS)
def test_every_sentence_of_a_room_has_its_vietnamese(room):
    known = translated()

    assert {words: place for words, place in messages.of_room(room).items() if words not in known} == {}


def test_a_sentence_is_said_the_same_way_in_every_room():
    differing = {words: said for words, said in translated().items() if len(set(said.values())) > 1}

    assert differing == {}


def test_translations_keep_the_named_places():
    wrong = []
    for path in messages.catalogs():
        for identity, string, _fuzzy in messages.entries(path):
            wanted, got = (set(filter(None, sum(PLACES.findall(text), ()))) for text in (identity, string))
            if got - wanted or (wanted - got - {"count"}):
                wrong.append((source.name(path), identity, string))

    assert wrong == []


def test_catalogs_hold_nothing_nobody_says():
    said = set()
    for room in source.ROOMS:
        said |= set(messages.of_room(room))
    unsaid = {
        (source.name(path), identity)
        for path in messages.catalogs()
        for identity, _, _ in messages.entries(path)
        if identity not in said
    }

    assert unsaid == set()


def test_templates_show_no_bare_words():
    bare = []
    for path in source.templates():
        text = re.sub(
            r"\{%\s*comment.*?endcomment\s*%\}|<!--.*?-->|\{#.*?#\}",
            "",
            path.read_text(encoding="utf-8"),
            flags=re.DOTALL,
        )
        text = re.sub(r"\{%\s*blocktrans.*?\{%\s*endblocktrans\w*\s*%\}", "", text, flags=re.DOTALL)
        text = re.sub(r"\{%\s*block \w+_(class|id)\s*%\}.*?endblock\s*%\}", "", text, flags=re.DOTALL)
        text = re.sub(r"\{%.*?%\}|\{\{.*?\}\}", "", text, flags=re.DOTALL)
        text = re.sub(r"<(script|style|code)\b.*?</\1>", "", text, flags=re.DOTALL)
        text = re.sub(r"<[^>]*>", "\n", text)
        words = [
            line.strip()
            for line in text.splitlines()
            if re.search(r"[^\W\d_]{3,}", line) and set(line.split()) - {"Loa", "·"}
        ]
        bare += [f"{source.name(path)}: {line}" for line in words if line not in {"· Loa", "html"}]

    assert bare == []


def test_msgids_are_english():
    vietnamese = [
        (place, words)
        for room in source.ROOMS
        for words, place in messages.of_room(room).items()
        if NOT_ENGLISH.search(words) and words not in SAYS_VIETNAMESE
    ]

    assert vietnamese == []
