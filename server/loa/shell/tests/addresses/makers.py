"""Addresses by which devices of other makers ask."""

from loa.shell.tests.addresses.kinds import Open


def polled(world):
    return {"driver": "http_polled"}


def file_of_nobody(world):
    return {"driver": "gateway", "sha256": "0" * 64}


ENTRIES = {
    "device:ask": Open(
        why="needs a device's own secret",
        statuses=frozenset({401}),
        method="post",
        arguments=polled,
    ),
    "device:driver_file": Open(
        why="needs a device's own secret, and the file must be of its plan",
        statuses=frozenset({401}),
        arguments=file_of_nobody,
    ),
}
