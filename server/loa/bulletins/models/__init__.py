"""Tables of the room."""

from loa.bulletins.models.bulletins import Bulletin, Revision

__all__ = ["Bulletin", "Revision"]
