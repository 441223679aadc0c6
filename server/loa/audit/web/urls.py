"""Addresses below /desk/."""

from django.urls import path

from loa.audit.web import views

app_name = "audit"
urlpatterns = [path("record/", views.record, name="list")]
