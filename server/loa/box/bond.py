"""Tying a child process to its parent: when the parent is gone, however it went, the child ends."""

import ctypes
import os
import sys
from collections.abc import Callable

_PR_SET_PDEATHSIG = 1

_libc = ctypes.CDLL(None, use_errno=True)


def end_with_parent(sign: int) -> None:
    """Ask the system to send this process a signal when its parent ends. The parent's main thread must have made it."""
    if sys.platform == "linux":  # elsewhere an orderly stop still reaches every child
        _libc.prctl(_PR_SET_PDEATHSIG, sign, 0, 0, 0)


def tied(sign: int) -> Callable[[], None]:
    """Return what `subprocess` runs in the child before the program, for a child that must not outlive us.

    With `SIGKILL` it goes at once: for those who would only wait for a database that goes with us.
    """
    parent = os.getpid()

    def tie() -> None:
        end_with_parent(sign)
        if os.getppid() != parent:  # it went in the moment between
            os._exit(1)

    return tie
