"""The box's own MQTT listener: only what the device protocol needs of a broker."""

from loa.devices.listener.listener import Listener
from loa.devices.listener.ports import Gate, Identity, Inbox, Login

__all__ = ["Gate", "Identity", "Inbox", "Listener", "Login"]
