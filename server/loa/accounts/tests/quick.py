"""Passwords that cost next to nothing: tests sign in by the hundred."""

from loa.accounts import passwords


class Argon2(passwords.Argon2):
    time_cost = 1
    memory_cost = 8
