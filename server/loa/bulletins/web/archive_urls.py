"""Addresses below /desk/archive/."""

from django.urls import path

from loa.bulletins.web import archive, bringing_in, taking_out

app_name = "archive"
urlpatterns = [
    path("", archive.archive, name="search"),
    path("table.csv", archive.table, name="table"),
    path("batches/", bringing_in.batches, name="batches"),
    path("batches/new/", bringing_in.bring, name="bring"),
    path("batches/template.csv", bringing_in.template, name="template"),
    path("batches/<uuid:batch_id>/", bringing_in.batch, name="batch"),
    path("batches/<uuid:batch_id>/start/", bringing_in.start, name="start"),
    path("batches/<uuid:batch_id>/drop/", bringing_in.drop, name="drop"),
    path("batches/<uuid:batch_id>/report.csv", bringing_in.report, name="report"),
    path("exports/", taking_out.exports, name="exports"),
    path("exports/<uuid:export_id>/file", taking_out.export_file, name="export_file"),
]
