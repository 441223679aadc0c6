"""The room as Django knows it."""

from django.apps import AppConfig


class BulletinsConfig(AppConfig):
    """Room bulletins."""

    name = "loa.bulletins"
    label = "bulletins"

    def ready(self) -> None:
        """Declare what this room lets people do."""
        from loa.bulletins.permissions import PERMISSIONS  # noqa: PLC0415 - apps must be loaded first
        from loa.kernel import permissions  # noqa: PLC0415 - as above

        permissions.declare(PERMISSIONS)
