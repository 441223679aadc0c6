"""Addresses below /desk/."""

from django.urls import path

from loa.audit.web import views

app_name = "audit"
urlpatterns = [
    path("record/", views.record, name="list"),
    path("record/<int:pk>/", views.entry, name="entry"),
    path("record/copy.csv", views.copy, {"form": "csv"}, name="csv"),
    path("record/copy.jsonl", views.copy, {"form": "jsonl"}, name="jsonl"),
    path("record/keep/", views.keep, name="keep"),
]
