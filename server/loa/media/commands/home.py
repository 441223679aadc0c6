"""The unit at which something is kept."""

from typing import Any, Protocol  # Any: Django's primary keys

from loa.kernel.command import Placed


class Home(Placed, Protocol):
    """A unit, as far as this room needs to know it."""

    @property
    def pk(self) -> Any:  # Any: Django's primary keys
        """The unit's key."""
