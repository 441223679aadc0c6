"""The room as Django knows it."""

from django.apps import AppConfig


class OrgsConfig(AppConfig):
    """Room orgs."""

    name = "loa.orgs"
    label = "orgs"
