import logging
import sys
from uuid import UUID

import pytest
from django.conf import settings

from loa.kernel.lines import LineFormatter


def line(message, *args, exc_info=None, **facts):
    record = logging.LogRecord("loa.test", logging.WARNING, __file__, 1, message, args, exc_info)
    vars(record).update(facts)
    return LineFormatter("%(levelname)s %(name)s %(message)s").format(record)


def test_facts_stand_behind_the_sentence():
    number = UUID(int=7)

    assert line("caller refused", device=number, count=3, peer="203.0.113.7", why=None) == (
        f"WARNING loa.test caller refused device={number} count=3 peer=203.0.113.7 why=None"
    )


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("xã Tam Hồng", '"xã Tam Hồng"'),
        ("", '""'),
        ('a "b" \\', '"a \\"b\\" \\\\"'),
        ("x=1", '"x=1"'),
        ("one\ntwo\r", "one\\ntwo\\r"),
        ("\x1b[31mred", "\\x1b[31mred"),
        ("a\u2028b\u202ec\x85", "a\\u2028b\\u202ec\\x85"),
    ],
)
def test_what_a_stranger_sent_neither_ends_a_line_nor_adds_a_fact(value, shown):
    assert line("refused", topic=value) == f"WARNING loa.test refused topic={shown}"


def test_a_sentence_from_outside_stays_on_its_line_too():
    assert line("name %s", "x\n2026 ERROR forged") == "WARNING loa.test name x\\n2026 ERROR forged"


def test_objects_of_libraries_are_left_out():
    assert line("Internal Server Error", status_code=500, request=object()) == (
        "WARNING loa.test Internal Server Error status_code=500"
    )


def test_a_traceback_follows_the_line():
    try:
        int("odd")
    except ValueError:
        told = line("event not delivered", exc_info=sys.exc_info(), event="x")

    first, *rest = told.splitlines()
    assert first == "WARNING loa.test event not delivered event=x"
    assert rest[-1] == "ValueError: invalid literal for int() with base 10: 'odd'"


def test_every_process_writes_its_lines_this_way():
    assert settings.LOGGING["formatters"]["line"]["class"] == "loa.kernel.lines.LineFormatter"
