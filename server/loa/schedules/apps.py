"""The room as Django knows it."""

from django.apps import AppConfig


class SchedulesConfig(AppConfig):
    """Room schedules."""

    name = "loa.schedules"
    label = "schedules"
