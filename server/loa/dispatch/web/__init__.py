"""Pages that show what is aired and what was heard."""
