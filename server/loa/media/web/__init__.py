"""The room's edge to HTTP."""
