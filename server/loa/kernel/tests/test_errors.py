"""Sentences of refusals, as people read them."""

import pytest
from django.utils import translation

from loa.kernel.errors import Refusal


class TooLong(Refusal):
    code = "too_long"
    sentence = "At most %(longest)s, since %(year)s, says %(name)s."


@pytest.mark.parametrize(("language", "number"), [("vi", "20.000"), ("en", "20,000")])
def test_long_numbers_are_parted_as_the_language_does_and_years_are_not(language, number):
    with translation.override(language):
        assert str(TooLong(longest=20_000, year=2026, name="09043")) == f"At most {number}, since 2026, says 09043."


def test_a_refusal_keeps_its_facts_as_they_are():
    assert TooLong(longest=20_000, year=2026, name="x").facts["longest"] == 20_000
