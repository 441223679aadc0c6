"""Addresses below /desk/guidance/."""

from django.urls import path

from loa.bulletins.web import guidance

app_name = "guidance"
urlpatterns = [
    path("", guidance.everything, name="list"),
    path("new/", guidance.publish, name="publish"),
    path("received/<uuid:addressee_id>/", guidance.received, name="received"),
    path("received/<uuid:addressee_id>/done/", guidance.done, name="done"),
    path("<uuid:guidance_id>/", guidance.published, name="detail"),
    path("<uuid:guidance_id>/remind/", guidance.remind, name="remind"),
    path("<uuid:guidance_id>/end/", guidance.end, name="end"),
]
