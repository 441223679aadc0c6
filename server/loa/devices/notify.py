"""Telling the bridge, through PostgreSQL and only when the transaction commits, that there is work."""

from enum import StrEnum

from django.db import connection


class Channel(StrEnum):
    """What a bridge listens for."""

    NOW = "loa_now"
    COMMAND = "loa_command"
    STATE = "loa_state"
    GATE = "loa_gate"
    LIVE = "loa_live"


EVERYONE = "*"
"""Payload on `GATE` when more changed than one device."""


def tell(channel: Channel, payload: str = "") -> None:
    """Notify in the present transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_notify(%s, %s)", [channel.value, payload])
