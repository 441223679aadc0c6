"""Addresses below /desk/bulletins/; the room above adds where and when."""

from django.urls import path

from loa.bulletins.web import (
    autosaving,
    categories,
    channels,
    copying,
    days,
    filling,
    flows,
    importing,
    lists,
    patterns,
    printing,
    studio,
    tunes,
    writing,
)

app_name = "bulletins"
urlpatterns = [
    path("", lists.bulletins, name="list"),
    path("flows/", flows.flows, name="flows"),
    path("days/", days.days, name="days"),
    path("days/<uuid:own_day_id>/clear/", days.clear, name="day_clear"),
    path("flows/new/", flows.add, name="flow_add"),
    path("flows/<uuid:flow_id>/end/", flows.end, name="flow_end"),
    path("new/", writing.write, name="write"),
    path("categories/", categories.categories, name="categories"),
    path("categories/<str:code>/", categories.category, name="category"),
    path("categories/<str:code>/end/", categories.end, name="category_end"),
    path("templates/", filling.templates, name="templates"),
    path("templates/add/", patterns.add, name="template_add"),
    path("templates/<uuid:template_id>/change/", patterns.change, name="template_change"),
    path("templates/<uuid:template_id>/end/", patterns.end, name="template_end"),
    path("templates/<str:code>/", filling.fill, name="fill"),
    path("<uuid:bulletin_id>/form/", filling.fill_again, name="fill_again"),
    path("<uuid:bulletin_id>/duplicate/", copying.duplicate, name="duplicate"),
    path("<uuid:bulletin_id>/version/", copying.version, name="version"),
    path("new/autosave/", autosaving.new, name="autosave_new"),
    path("<uuid:bulletin_id>/edit/", writing.edit, name="edit"),
    path("<uuid:bulletin_id>/edit/autosave/", autosaving.again, name="autosave"),
    path("<uuid:bulletin_id>/channels/", channels.channels, name="channels"),
    path("<uuid:bulletin_id>/channels/<slug:form>/", channels.channel, name="channel"),
    path("<uuid:bulletin_id>/channels/<slug:form>.pdf", printing.paper, {"suffix": "pdf"}, name="channel_pdf"),
    path("<uuid:bulletin_id>/channels/<slug:form>.png", printing.paper, {"suffix": "png"}, name="channel_picture"),
    path("<uuid:bulletin_id>/sound/", studio.studio, name="studio"),
    path("new/import/", importing.import_text, name="import_text"),
    path("tunes/", tunes.tunes, name="tunes"),
    path("tunes/<uuid:tune_id>/end/", tunes.end, name="tune_end"),
]
