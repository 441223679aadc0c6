"""The orgs room as Django knows it."""

from django.apps import AppConfig

from loa.kernel import acts as naming
from loa.kernel import permissions as register


class OrgsConfig(AppConfig):
    """Declares what people may do with units, and names places for refusals."""

    name = "loa.orgs"
    label = "orgs"

    def ready(self) -> None:
        """Declare the room's permissions; take the places of who names units, reads rights, asks for second factors."""
        from loa.accounts import ports as accounts  # noqa: PLC0415 - models exist only now
        from loa.kernel import command as commanding  # noqa: PLC0415 - as above
        from loa.orgs import acts, granting, permissions, ports, queries  # noqa: PLC0415 - as above
        from loa.orgs.keeping import RightsKeeper  # noqa: PLC0415 - as above

        naming.name(acts.ACTS)
        register.declare(
            permissions.PERMISSIONS,
            administrative=permissions.ADMINISTRATIVE,
            for_programs=permissions.FOR_PROGRAMS,
        )
        register.name_places_with(queries.names_of_places)
        commanding.reread_with(queries.reread)
        ports.keep_with(RightsKeeper())
        accounts.require_factor_by(queries.needs_second_factor)
        accounts.reach_by(granting.demand_reach)
