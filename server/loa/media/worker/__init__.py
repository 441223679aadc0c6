"""The child process in which foreign sound is decoded and speech is made. Imports neither Django nor settings."""
