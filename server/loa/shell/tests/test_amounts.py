import pytest
from django.utils import translation

from loa.shell.templatetags.amounts import parted


@pytest.mark.parametrize(
    ("language", "number", "written"),
    [("vi", 1_250_000, "1.250.000"), ("en", 1_250_000, "1,250,000"), ("vi", 999, "999"), ("vi", None, "–")],
)
def test_large_numbers_are_parted_as_the_language_does(language, number, written):
    with translation.override(language):
        assert parted(number) == written
