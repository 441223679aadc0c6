"""The orgs room as Django knows it."""

from django.apps import AppConfig

from loa.kernel import permissions as register


class OrgsConfig(AppConfig):
    """Declares what people may do with units, and names places for refusals."""

    name = "loa.orgs"
    label = "orgs"

    def ready(self) -> None:
        """Declare the room's permissions and take the place of who names units."""
        from loa.orgs import permissions, queries  # noqa: PLC0415 - models exist only now

        register.declare(
            permissions.PERMISSIONS,
            administrative=permissions.ADMINISTRATIVE,
            for_programs=permissions.FOR_PROGRAMS,
        )
        register.name_places_with(queries.names_of_places)
