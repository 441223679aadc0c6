"""The shell's pages."""
