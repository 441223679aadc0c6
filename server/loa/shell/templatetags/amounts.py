"""Large numbers as people read them: in groups of three, parted as the language does."""

from django import template
from django.utils import numberformat
from django.utils.formats import get_format

register = template.Library()


@register.filter
def parted(number: int | None) -> str:
    """Return `1.250.000` in Vietnamese, `1,250,000` in English; a dash for what is not known."""
    if number is None:
        return "–"
    return numberformat.format(
        number, get_format("DECIMAL_SEPARATOR"), grouping=3, thousand_sep=get_format("THOUSAND_SEPARATOR"),
        force_grouping=True,
    )  # fmt: skip
