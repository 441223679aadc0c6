"""Light, dark, or as the device says: kept in a cookie, so that the first paint is right without script."""

from enum import StrEnum

from django.http import HttpRequest

COOKIE = "loa_theme"
COOKIE_AGE_S = 365 * 24 * 3600


class Theme(StrEnum):
    """What a person may choose."""

    AUTO = "auto"
    LIGHT = "light"
    DARK = "dark"


def chosen(request: HttpRequest) -> Theme:
    """Return the person's choice; the device's own when there is none."""
    wish = request.COOKIES.get(COOKIE, "")
    return Theme(wish) if wish in set(Theme) else Theme.AUTO
