"""The room as Django knows it."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """Room accounts."""

    name = "loa.accounts"
    label = "accounts"
