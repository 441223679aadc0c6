"""`loa dossier`."""

import argparse
import subprocess
import sys
from pathlib import Path

from loa.box import environment, folders
from loa.cli import REPOSITORY


def configure(parser: argparse.ArgumentParser) -> None:
    """Add where to."""
    parser.add_argument("folder", type=Path)


def run(options: argparse.Namespace) -> int:
    """Write the pack for the security-level dossier into a folder."""
    folders.demand(options.folder.resolve())
    program = [sys.executable, "-m", "tools.dossier", str(options.folder.resolve())]
    return subprocess.run(program, cwd=REPOSITORY, env=dict(environment.inherited()), check=False).returncode
