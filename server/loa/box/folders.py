"""Folders that are to be written to: tried before work begins, so that nothing is half done."""

import tempfile
from pathlib import Path

from loa.box.saying import Refused


def demand(folder: Path) -> None:
    """Make a folder where it is missing, and write into it once; refuse with the reason when either fails."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as wrong:
        raise Refused("%(folder)s cannot be written to: %(why)s", folder=folder, why=wrong.strerror) from wrong
