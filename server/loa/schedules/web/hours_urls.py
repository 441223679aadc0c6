"""Addresses below /desk/hours/."""

from django.urls import path

from loa.schedules.web import hours

app_name = "hours"
urlpatterns = [
    path("", hours.unit, name="unit"),
    path("propose/", hours.propose, name="propose"),
    path("overrides/", hours.overrides, name="overrides"),
    path("<uuid:rule_id>/", hours.rule, name="rule"),
    path("<uuid:rule_id>/lay-down/", hours.lay_down, name="lay_down"),
    path("<uuid:rule_id>/decline/", hours.decline, name="decline"),
    path("<uuid:rule_id>/take-back/", hours.take_back, name="take_back"),
]
