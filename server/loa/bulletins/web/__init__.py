"""Pages for writing bulletins."""
