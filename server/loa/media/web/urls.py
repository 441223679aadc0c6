"""Addresses of the room, from the root of the site."""

from django.urls import path

from loa.media.web import documents, pronunciation, views, voices, wordfiles

app_name = "media"
urlpatterns = [
    path("media/<str:sha256>", views.file, name="file"),
    path("desk/voices/", voices.voices, name="voices"),
    path("desk/voices/new/", voices.add, name="add_voice"),
    path("desk/voices/usual/", voices.prefer, name="prefer_voice"),
    path("desk/voices/<uuid:voice_id>/remove/", voices.remove, name="remove_voice"),
    path("desk/files/", documents.documents, name="documents"),
    path("desk/files/new/", documents.add, name="add"),
    path("desk/files/<uuid:document_id>/", documents.document, name="document"),
    path("desk/files/<uuid:document_id>/download", documents.download, name="download"),
    path("desk/pronunciation/", pronunciation.pronunciations, name="pronunciations"),
    path("desk/pronunciation/new/", pronunciation.pronounce, name="pronounce"),
    path("desk/pronunciation/<uuid:entry_id>/", pronunciation.entry, name="pronunciation"),
    path("desk/pronunciation/list.csv", wordfiles.hand_out, name="hand_out_words"),
    path("desk/pronunciation/import/", wordfiles.take_in, name="take_in_words"),
]
