"""The two choices a person makes about the pages themselves."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from loa.shell import theme as themes


@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """Keep the chosen language."""
    response = _back(request)
    wish = request.POST.get("language", "")
    if wish in dict(settings.LANGUAGES):
        _keep(response, settings.LANGUAGE_COOKIE_NAME, value=wish)
    return response


@require_POST
def theme(request: HttpRequest) -> HttpResponse:
    """Keep the chosen theme."""
    response = _back(request)
    wish = request.POST.get("theme", "")
    if wish in set(themes.Theme):
        _keep(response, themes.COOKIE, value=wish)
    return response


def _keep(response: HttpResponse, name: str, *, value: str) -> None:
    response.set_cookie(
        name, value, max_age=themes.COOKIE_AGE_S, samesite="Lax", secure=settings.SESSION_COOKIE_SECURE, httponly=True
    )


def _back(request: HttpRequest) -> HttpResponse:
    target = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(
        target, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    ):
        target = "/desk/"
    return redirect(target)
