"""Reading agencies and their posts."""
