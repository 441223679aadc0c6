"""The process between database and devices: signs and sends what waits, takes in evidence, knows who is on line."""

from loa.devices.bridge.process import run

__all__ = ["run"]
