"""Addresses by which devices of other makers ask."""

from loa.shell.tests.addresses.kinds import Open

NOBODY = "0" * 64

ENTRIES = {
    "device:ask": Open(
        why="needs a device's own secret",
        statuses=frozenset({401}),
        method="post",
        arguments={"driver": "http_polled"},
    ),
    "device:driver_file": Open(
        why="needs a device's own secret, and the file must be of its plan",
        statuses=frozenset({401}),
        arguments={"driver": "gateway", "sha256": NOBODY},
    ),
}
