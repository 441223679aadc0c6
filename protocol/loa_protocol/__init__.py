"""What Loa's server and devices say to each other, version 1: pure, without input or output."""

VERSION = 1
