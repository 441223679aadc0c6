"""Loudspeakers that ask the server over HTTP for their schedule, with the field names of the v2 kind."""
