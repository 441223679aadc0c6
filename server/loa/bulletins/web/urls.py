"""Addresses below /desk/bulletins/; the room above adds where and when."""

from django.urls import path

from loa.bulletins.web import views

app_name = "bulletins"
urlpatterns = [
    path("", views.bulletins, name="list"),
    path("new/", views.write, name="write"),
    path("<uuid:bulletin_id>/edit/", views.edit, name="edit"),
]
