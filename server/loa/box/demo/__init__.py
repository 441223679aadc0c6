"""The demonstration: a real province, an invented fleet, a morning that was."""
