"""The language of a page: Vietnamese, unless the person chose English here."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext_noop

FRAMEWORK_SENTENCES = (gettext_noop("Null characters are not allowed."),)
"""What Django may say on our forms and has no Vietnamese for."""


def chosen(request: HttpRequest) -> str:
    """Return the language the person chose; the browser's own wish is not asked."""
    wish = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
    return wish if wish in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE


class LanguageMiddleware:
    """Speak the chosen language while a request is answered."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer in the chosen language and say so in the header."""
        language = chosen(request)
        with translation.override(language):
            request.LANGUAGE_CODE = language
            response = self.get_response(request)
        response.headers.setdefault("Content-Language", language)
        if not request.path.startswith(settings.STATIC_URL):
            patch_vary_headers(response, ("Cookie",))
        return response
