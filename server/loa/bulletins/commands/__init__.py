"""The room's one door for writing."""

from loa.bulletins.commands.deciding import approve, send_back
from loa.bulletins.commands.listening import listen
from loa.bulletins.commands.rendering import derive_rendition, edit_rendition, keep_rendition
from loa.bulletins.commands.writing import revise, submit, withdraw, write

__all__ = [
    "approve",
    "derive_rendition",
    "edit_rendition",
    "keep_rendition",
    "listen",
    "revise",
    "send_back",
    "submit",
    "withdraw",
    "write",
]
