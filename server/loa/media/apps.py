"""The room as Django knows it."""

from django.apps import AppConfig

from loa.kernel import permissions as register
from loa.media.permissions import PERMISSIONS


class MediaConfig(AppConfig):
    """Room media."""

    name = "loa.media"
    label = "media"

    def ready(self) -> None:
        """Declare the room's permissions and commands."""
        from loa.media import commands  # noqa: F401, PLC0415 - models exist only now; importing registers

        register.declare(PERMISSIONS)
