"""`loa certificate`: what a broker shows to devices."""

import argparse
import importlib
import sys

from loa.cli import rooms


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the names by which devices reach the broker."""
    parser.add_argument("names", nargs="+", metavar="name", help="host name or address, such as mqtt.example.vn")


def run(options: argparse.Namespace) -> int:
    """Write certificate and key signed by the authority that devices know, and say where they are."""
    rooms.load()
    certificates = importlib.import_module("loa.devices.certificates")
    now = importlib.import_module("loa.kernel.clock").now()
    authority = certificates.Authority(now=now)
    written = authority.issue_host(options.names, now=now)
    sys.stdout.writelines(f"{file}\n" for file in (*written, certificates.authority_file()))
    return 0
