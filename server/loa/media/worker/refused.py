"""How the child says no."""


class Refused(Exception):
    """The sound is not taken. `code` is a key of `refusals.BY_WORKER` in the parent."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code
