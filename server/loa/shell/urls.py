"""Every address of the server."""

from django.urls import URLPattern, URLResolver, include, path
from django.views.generic import RedirectView

from loa.bulletins.web import urls as bulletins
from loa.devices import api as device_api
from loa.schedules.web import urls as schedules
from loa.shell.web import health, home, overview, overview_rows, views, wall

handler400 = "loa.shell.errors.bad_request"
handler403 = "loa.shell.errors.forbidden"
handler404 = "loa.shell.errors.not_found"
handler500 = "loa.shell.errors.broken"

SHELL = [
    path("", home.home, name="home"),
    path("language/", views.language, name="language"),
    path("theme/", views.theme, name="theme"),
    path("wall/", wall.desk, name="wall"),
    path("overview/", overview.top, name="overview_top"),
    path("overview/<str:code>/", overview.overview, name="overview"),
    path("overview/<str:code>/compare/", overview.compare, name="compare"),
    path("overview/<str:code>/rows/<str:kind>/", overview_rows.rows, name="overview_rows"),
]
WALL = [
    path("", wall.wall, name="wall"),
    path("open/<str:secret>/", wall.open_link, name="open"),
]
# What a bulletin says and where it airs are two rooms and, for people, one thing with one set of names
BULLETINS = [*bulletins.urlpatterns, *schedules.urlpatterns]

urlpatterns: list[URLPattern | URLResolver] = [
    path("", RedirectView.as_view(url="/desk/")),
    path("healthz", health.alive),
    path("readyz", health.ready),
    path("metrics", health.metrics),
    path("", include("loa.media.web.urls")),
    path("device/v1/", device_api.urls),
    path("wall/", include((WALL, "wall"))),
    path("desk/", include((SHELL, "shell"))),
    path("desk/", include("loa.accounts.web.urls")),
    path("desk/", include("loa.orgs.web.urls")),
    path("desk/", include("loa.audit.web.urls")),
    path("desk/", include("loa.dispatch.web.urls")),
    path("desk/bulletins/", include((BULLETINS, "bulletins"))),
    path("desk/archive/", include("loa.bulletins.web.archive_urls")),
    path("desk/guidance/", include("loa.bulletins.web.guidance_urls")),
    path("desk/offers/", include("loa.schedules.web.offers_urls")),
    path("desk/library/", include("loa.schedules.web.library_urls")),
    path("desk/inbox/", include("loa.schedules.web.inbox_urls")),
    path("desk/sent/", include("loa.schedules.web.sent_urls")),
    path("desk/programme/", include("loa.schedules.web.programme_urls")),
    path("desk/live/", include("loa.schedules.web.live_urls")),
    path("desk/hours/", include("loa.schedules.web.hours_urls")),
    path("desk/devices/", include("loa.devices.web.urls")),
]
