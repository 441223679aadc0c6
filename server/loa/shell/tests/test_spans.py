from datetime import UTC, datetime, timedelta

import pytest
from django.utils import translation

from loa.shell.templatetags.spans import since, until

NOON = datetime(2026, 11, 30, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("span", "vietnamese", "english"),
    [
        ({"hours": 5}, "5 giờ", "5 hours"),
        ({"hours": 1, "minutes": 20}, "1 giờ 20 phút", "1 hour 20 minutes"),
        ({"days": 2, "hours": 3, "minutes": 59}, "2 ngày 3 giờ", "2 days 3 hours"),
        ({"days": 1}, "1 ngày", "1 day"),
        ({"minutes": 1, "seconds": 59}, "1 phút", "1 minute"),
        ({"seconds": 59}, "chưa đến 1 phút", "less than a minute"),
        ({"minutes": -5}, "chưa đến 1 phút", "less than a minute"),
    ],
)
def test_a_span_is_said_in_the_language_of_the_page(span, vietnamese, english):
    for language, said in (("vi", vietnamese), ("en", english)):
        with translation.override(language):
            assert since(NOON, NOON + timedelta(**span)) == until(NOON + timedelta(**span), NOON) == said
