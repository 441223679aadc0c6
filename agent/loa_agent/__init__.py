"""What runs on a loudspeaker, a board or a gateway, and the simulator of a fleet of them."""

VERSION = "0.1.0"
