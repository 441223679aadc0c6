"""Addresses below /desk/bulletins/, beside those of the bulletins themselves and under the same names."""

from django.urls import path

from loa.schedules.web import decisions, listening, marking, overview, places, views

urlpatterns = [
    path("overdue/", views.overdue, name="overdue"),
    path("overview/", overview.overview, name="overview"),
    path("<uuid:bulletin_id>/", views.detail, name="detail"),
    path("<uuid:bulletin_id>/where/", places.place, name="place"),
    path("<uuid:bulletin_id>/where/devices/", places.devices_of, name="place_devices"),
    path("<uuid:bulletin_id>/submit/", decisions.submit, name="submit"),
    path("<uuid:bulletin_id>/heard/", listening.heard, name="heard"),
    path("<uuid:bulletin_id>/approve/", decisions.approve, name="approve"),
    path("<uuid:bulletin_id>/slots/<uuid:slot_id>/approve/", decisions.approve_place, name="approve_slot"),
    path("<uuid:bulletin_id>/slots/<uuid:slot_id>/decline/", decisions.decline_place, name="decline_slot"),
    path("<uuid:bulletin_id>/send-back/", decisions.send_back, name="send_back"),
    path("<uuid:bulletin_id>/marks/<uuid:mark_id>/", marking.answer, name="answer_mark"),
    path("<uuid:bulletin_id>/withdraw/", decisions.withdraw, name="withdraw"),
    path("slots/<uuid:slot_id>/drop/", decisions.drop, name="drop_slot"),
]
