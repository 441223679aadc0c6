"""The database of a place, for a command that only visits: used where it runs, started for the visit where not."""

from collections.abc import Iterator
from contextlib import contextmanager

from loa.box import doors
from loa.box.environment import Place
from loa.box.postgres import Cluster


@contextmanager
def database(place: Place) -> Iterator[Cluster | None]:
    """Hold the database up for the length of the visit; None when it is not the embedded one."""
    if place.database_url:
        yield None
        return
    cluster = Cluster(place.home / "postgres")
    if cluster.running_pid() is not None:
        yield cluster
        return
    key = doors.take(place.home)
    try:
        cluster.create()
        server = cluster.start()
        try:
            cluster.ensure_database()
            yield cluster
        finally:
            cluster.stop(server)
    finally:
        key.give_back()
