"""What can go wrong on an MQTT connection."""


class MqttError(Exception):
    """Anything below, for those who only want to try again later."""


class Malformed(MqttError):
    """The bytes, or the values to be written, are not MQTT as this package speaks it."""


class TooLong(Malformed):
    """A packet over the limit of the connection."""


class UnsupportedVersion(Malformed):
    """A CONNECT of a protocol other than MQTT 3.1.1 and 5."""


class Rejected(MqttError):
    """The other side refused what was asked; `code` is its reason code."""

    def __init__(self, what: str, code: int) -> None:
        super().__init__(f"{what}: reason code 0x{code:02x}")
        self.code = code


class NotGranted(Rejected):
    """The other side takes us in, but will not let us hear a topic."""


class Lost(MqttError):
    """The connection ended before the answer came."""


class Congested(MqttError):
    """Too many messages wait for the other side; nothing was queued."""
