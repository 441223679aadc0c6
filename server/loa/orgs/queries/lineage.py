"""Reading the official tree of any day, and what became of a unit."""
