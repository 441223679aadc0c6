"""Pages that join a bulletin with where and when it airs."""
