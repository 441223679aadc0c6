"""Addresses below /desk/."""

from django.urls import path

from loa.dispatch.web import ceilings, heard, views, walls

app_name = "dispatch"
urlpatterns = [
    path("timeline/", views.timeline, name="timeline"),
    path("heard/", heard.heard, name="heard"),
    path("heard/table/", heard.table, name="heard_table"),
    path("heard/<str:code>/", heard.behind, name="heard_behind"),
    path("ceilings/", ceilings.ceilings, name="ceilings"),
    path("ceilings/measured/", ceilings.measured, name="measured"),
    path("ceilings/<uuid:ceiling_id>/ask-to-end/", ceilings.ask_to_end, name="ask_to_end_ceiling"),
    path("ceilings/<uuid:ceiling_id>/end/", ceilings.end, name="end_ceiling"),
    path("ceilings/<uuid:ceiling_id>/keep/", ceilings.keep, name="keep_ceiling"),
    path("walls/<str:code>/", walls.links, name="walls"),
    path("walls/<uuid:link_id>/end/", walls.end, name="wall_end"),
    path("airings/<uuid:airing_id>/", views.airing, name="airing"),
    path("airings/<uuid:airing_id>/live/", views.live, name="live"),
    path("airings/<uuid:airing_id>/stop/", views.stop, name="stop"),
]
