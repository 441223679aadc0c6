"""Addresses below /desk/archive/."""

from django.urls import path

from loa.bulletins.web import archive

app_name = "archive"
urlpatterns = [
    path("", archive.archive, name="search"),
    path("table.csv", archive.table, name="table"),
]
