"""Room: bulletins."""
