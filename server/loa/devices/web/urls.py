"""Addresses below /desk/devices/."""

from django.urls import path

from loa.devices.web import changes, data_use, field, groups, silences, stations, thresholds, tickets, views

app_name = "devices"
urlpatterns = [
    path("", views.devices, name="list"),
    path("add/", changes.add, name="add"),
    path("data/", data_use.report, name="data"),
    path("data/table.csv", data_use.table, name="data_table"),
    path("groups/", groups.listing, name="groups"),
    path("groups/new/", groups.new, name="group_new"),
    path("groups/<uuid:group_id>/", groups.change, name="group"),
    path("groups/<uuid:group_id>/drop/", groups.drop, name="group_drop"),
    path("silences/", silences.listing, name="silences"),
    path("silences/new/", silences.new, name="silence_new"),
    path("silences/<uuid:silence_id>/", silences.detail, name="silence"),
    path("silences/<uuid:silence_id>/progress/", silences.progress, name="silence_progress"),
    path("silences/<uuid:silence_id>/lift/", silences.lift, name="silence_lift"),
    path("stations/", stations.listing, name="stations"),
    path("stations/new/", stations.new, name="station_new"),
    path("stations/<uuid:station_id>/", stations.detail, name="station"),
    path("stations/<uuid:station_id>/change/", stations.change, name="station_change"),
    path("stations/<uuid:station_id>/played/", stations.played, name="hand_play"),
    path("stations/lines/<uuid:line_id>/correct/", stations.correct, name="hand_play_correct"),
    path("thresholds/", thresholds.thresholds, name="thresholds"),
    path("tickets/", tickets.listing, name="tickets"),
    path("tickets/<uuid:ticket_id>/", tickets.detail, name="ticket"),
    path("tickets/<uuid:ticket_id>/assign/", tickets.assign, name="ticket_assign"),
    path("tickets/<uuid:ticket_id>/close/", tickets.close, name="ticket_close"),
    path("tickets/<uuid:ticket_id>/photo/", tickets.photo, name="ticket_photo"),
    path("<uuid:device_id>/data/", data_use.of_device, name="data_of"),
    path("<uuid:device_id>/field/", field.field, name="field"),
    path("<uuid:device_id>/label/", field.label, name="label"),
    path("<uuid:device_id>/place/photo/", field.photo, name="place_photo"),
    path("<uuid:device_id>/report/", tickets.report, name="ticket_report"),
    path("<uuid:device_id>/", views.detail, name="detail"),
    path("<uuid:device_id>/code/", changes.enrol_code, name="enrol_code"),
    path("<uuid:device_id>/volume/", changes.volume, name="volume"),
    path("<uuid:device_id>/revoke/", changes.revoke, name="revoke"),
]
