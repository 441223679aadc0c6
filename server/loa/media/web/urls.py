"""Addresses of the room, from the root of the site."""

from django.urls import path

from loa.media.web import documents, views

app_name = "media"
urlpatterns = [
    path("media/<str:sha256>", views.file, name="file"),
    path("desk/files/", documents.documents, name="documents"),
    path("desk/files/new/", documents.add, name="add"),
    path("desk/files/<uuid:document_id>/", documents.document, name="document"),
    path("desk/files/<uuid:document_id>/download", documents.download, name="download"),
]
