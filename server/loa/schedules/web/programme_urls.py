"""Addresses below /desk/programme/."""

from django.urls import path

from loa.schedules.web import programme, programme_deciding, programme_preview, programme_writing, sources

app_name = "programme"
urlpatterns = [
    path("", programme.week, name="week"),
    path("new/", programme_writing.new, name="new"),
    path("copy/", programme_writing.copy, name="copy"),
    path("preview/", programme_preview.station, name="preview"),
    path("why/", programme_preview.why, name="why"),
    path("sources/", sources.listed, name="sources"),
    path("sources/propose/", sources.propose, name="propose_source"),
    path("sources/<uuid:source_id>/", sources.source, name="source"),
    path("sources/<uuid:source_id>/put-in-force/", sources.put_in_force, name="put_source_in_force"),
    path("sources/<uuid:source_id>/decline/", sources.decline, name="decline_source"),
    path("sources/<uuid:source_id>/withdraw/", sources.withdraw, name="withdraw_source"),
    path("<uuid:entry_id>/", programme.entry, name="entry"),
    path("<uuid:entry_id>/edit/", programme_writing.edit, name="edit"),
    path("<uuid:entry_id>/hand-in/", programme_deciding.hand_in, name="hand_in"),
    path("<uuid:entry_id>/take-back/", programme_deciding.take_back, name="take_back"),
    path("<uuid:entry_id>/approve/", programme_deciding.approve, name="approve"),
    path("<uuid:entry_id>/send-back/", programme_deciding.send_back, name="send_back"),
    path("<uuid:entry_id>/end/", programme_deciding.end, name="end"),
]
