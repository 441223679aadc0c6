"""Every address of the server."""

from importlib.util import find_spec

from django.urls import URLPattern, URLResolver, include, path
from django.views.generic import RedirectView

from loa.shell.web import health, views

handler400 = "loa.shell.errors.bad_request"
handler403 = "loa.shell.errors.forbidden"
handler404 = "loa.shell.errors.not_found"
handler500 = "loa.shell.errors.broken"


def _landed(route: str, module: str) -> list[URLPattern | URLResolver]:
    return [path(route, include(module))] if find_spec(module) else []


shell = (
    [
        path("", views.home, name="home"),
        path("language/", views.language, name="language"),
        path("theme/", views.theme, name="theme"),
    ],
    "shell",
)

urlpatterns: list[URLPattern | URLResolver] = [
    path("", RedirectView.as_view(url="/desk/")),
    path("healthz", health.alive),
    path("readyz", health.ready),
    path("metrics", health.metrics),
    path("desk/", include(shell)),
]
