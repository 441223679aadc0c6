"""Addresses below /desk/devices/."""

from django.urls import path

from loa.devices.web import changes, views

app_name = "devices"
urlpatterns = [
    path("", views.devices, name="list"),
    path("add/", changes.add, name="add"),
    path("<uuid:device_id>/", views.detail, name="detail"),
    path("<uuid:device_id>/code/", changes.enrol_code, name="enrol_code"),
    path("<uuid:device_id>/volume/", changes.volume, name="volume"),
    path("<uuid:device_id>/revoke/", changes.revoke, name="revoke"),
]
