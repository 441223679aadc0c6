"""Addresses of the room, from the root of the site."""

from django.urls import path

from loa.media.web import views

app_name = "media"
urlpatterns = [path("media/<str:sha256>", views.file, name="file")]
