"""Room: box."""
