"""What rooms above may do with each batch of evidence, in the transaction that commits it."""

_STATEMENTS: dict[str, bytes] = {}


def with_evidence(name: str, statement: str) -> None:
    """Run a statement with each batch. It reads table `incoming`, shaped as `devices_event`, and must be quick."""
    _STATEMENTS[name] = statement.encode()


def statements() -> list[bytes]:
    """Return what is to be run."""
    return list(_STATEMENTS.values())
