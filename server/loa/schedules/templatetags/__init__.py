"""Template parts of the room."""
