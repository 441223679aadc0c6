"""Addresses below /desk/units/."""

from django.urls import path

from loa.orgs.web import levels, units, units_import

urlpatterns = [
    path("units/", units.units, name="units"),
    path("units/import/", units_import.bring, name="units_import"),
    path("units/levels/", levels.levels, name="levels"),
    path("units/levels/end/", levels.end, name="level_end"),
    path("units/<str:code>/", units.unit, name="unit"),
]
