"""Devices of other makers: one port, a folder for each driver, and the door by which their devices ask."""
