"""Of two who give the same order at once the second waits, and finds what the first did."""

from django.db import connection


def take_turn(order: str) -> None:
    """Wait until nobody else gives this order; others wait from now on until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [order])
