"""Addresses below /desk/sent/."""

from django.urls import path

from loa.schedules.web import sent

app_name = "sent"
urlpatterns = [
    path("", sent.sendings, name="list"),
    path("new/<uuid:bulletin_id>/", sent.send, name="send"),
    path("<uuid:sending_id>/", sent.sending, name="detail"),
    path("<uuid:sending_id>/release/", sent.release, name="release"),
    path("<uuid:sending_id>/remind/", sent.remind, name="remind"),
    path("<uuid:sending_id>/call-back/", sent.call_back, name="call_back"),
]
