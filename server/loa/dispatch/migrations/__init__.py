"""Database history of the room."""
