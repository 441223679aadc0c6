"""Addresses below /desk/library/."""

from django.urls import path

from loa.schedules.web import library

app_name = "library"
urlpatterns = [
    path("", library.library, name="list"),
    path("share/<uuid:bulletin_id>/", library.share, name="share"),
    path("<uuid:share_id>/", library.item, name="item"),
    path("<uuid:share_id>/words/", library.use_words, name="words"),
    path("<uuid:share_id>/original/", library.use_original, name="original"),
    path("<uuid:share_id>/end/", library.end, name="end"),
]
