"""Addresses below /desk/offers/."""

from django.urls import path

from loa.schedules.web import newsroom, offers

app_name = "offers"
urlpatterns = [
    path("", offers.own, name="list"),
    path("new/", offers.write, name="write"),
    path("<uuid:offer_id>/", offers.offer, name="own"),
    path("<uuid:offer_id>/hand-in/", offers.hand_in, name="hand_in"),
    path("<uuid:offer_id>/drop/", offers.drop, name="drop"),
    path("newsroom/", newsroom.newsroom, name="newsroom"),
    path("newsroom/<uuid:offer_id>/", newsroom.offer, name="offered"),
    path("newsroom/<uuid:offer_id>/accept/", newsroom.accept, name="accept"),
    path("newsroom/<uuid:offer_id>/decline/", newsroom.decline, name="decline"),
]
