"""What is unsafe in a deployment: one function a check, in a register, each with what to do about it."""

from loa.box.doctor import database, devices, machine, people, secrets, voices, web
from loa.box.doctor.register import Diagnosis, Facts, Severity, examine, registered

__all__ = [
    "Diagnosis",
    "Facts",
    "Severity",
    "database",
    "devices",
    "examine",
    "machine",
    "people",
    "registered",
    "secrets",
    "voices",
    "web",
]
