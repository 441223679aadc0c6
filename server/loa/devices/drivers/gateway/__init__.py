"""A gateway in front of a wired or FM chain, with a receiver or a line sensor that listens to what comes out."""
