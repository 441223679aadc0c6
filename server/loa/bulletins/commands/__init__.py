"""The room's one door for writing."""

from loa.bulletins.commands.deciding import approve, send_back
from loa.bulletins.commands.writing import revise, submit, withdraw, write

__all__ = ["approve", "revise", "send_back", "submit", "withdraw", "write"]
