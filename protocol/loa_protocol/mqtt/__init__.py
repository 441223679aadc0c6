"""MQTT 5 and 3.1.1 as bytes: the subset the device protocol needs. Without input or output."""
