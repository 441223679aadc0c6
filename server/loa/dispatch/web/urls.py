"""Addresses below /desk/."""

from django.urls import path

from loa.dispatch.web import views

app_name = "dispatch"
urlpatterns = [
    path("timeline/", views.timeline, name="timeline"),
    path("airings/<uuid:airing_id>/", views.airing, name="airing"),
    path("airings/<uuid:airing_id>/live/", views.live, name="live"),
    path("airings/<uuid:airing_id>/stop/", views.stop, name="stop"),
]
