"""Addresses below /desk/live/."""

from django.urls import path

from loa.schedules.web import live, live_agreeing

app_name = "live"
urlpatterns = [
    path("", live.begin, name="begin"),
    path("agree/", live_agreeing.agree, name="agree"),
    path("agree/<uuid:consent_id>/take-back/", live_agreeing.take_back, name="take_back"),
    path("<uuid:airing_id>/", live.speak, name="speak"),
    path("<uuid:airing_id>/state/", live.state, name="state"),
    path("<uuid:airing_id>/sound/<int:seq>/", live.sound, name="sound"),
    path("<uuid:airing_id>/end/", live.end, name="end"),
]
