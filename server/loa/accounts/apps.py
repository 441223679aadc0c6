"""The accounts room as Django knows it."""

from django.apps import AppConfig

from loa.kernel import acts as naming
from loa.kernel import permissions as register


class AccountsConfig(AppConfig):
    """Declares what people may do with accounts."""

    name = "loa.accounts"
    label = "accounts"

    def ready(self) -> None:
        """Declare the room's permissions."""
        from loa.accounts import acts, permissions  # noqa: PLC0415 - translations are ready only now

        naming.name(acts.ACTS)
        register.declare(
            permissions.PERMISSIONS,
            administrative=permissions.ADMINISTRATIVE,
            for_programs=permissions.FOR_NO_ROLE,
        )
